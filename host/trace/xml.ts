/** As much XML as spreadsheets and Neware's TestInfo.xml use: elements, attributes, text; no DTD, so no entity bombs. */

export interface XmlHandler {
  /** `attributes` is the raw text between the element's name and its `>`; see xmlAttribute. */
  open?(name: string, attributes: string): void;
  close?(name: string): void;
  text?(text: string): void;
}

/** Sheets need ten. */
const MAX_DEPTH = 100;

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)(?:[\w.-]+:)?([\w.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;

/** Calls the handler in document order; names come without their prefix. Throws an Error where the text is not well-formed. */
export function scanXml(xml: string, handler: XmlHandler): void {
  const open: string[] = [];
  let elements = 0;
  const token = new RegExp(TOKEN);
  while (token.lastIndex < xml.length) {
    const start = token.lastIndex;
    const match = token.exec(xml);
    if (!match)
      throw new Error(
        `damaged XML at character ${start + 1} (${JSON.stringify(xml.slice(start, start + 20))})`,
      );
    const [, cdata, closing, name, attributes = "", selfClosing, text] = match;
    if (cdata !== undefined) handler.text?.(cdata);
    else if (text !== undefined) handler.text?.(decodeXml(text));
    else if (name !== undefined) {
      if (closing) {
        const expected = open.pop();
        if (expected !== name)
          throw new Error(`</${name}> where ${expected ? `</${expected}>` : "nothing"} was due`);
      } else {
        elements++;
        if (open.push(name) > MAX_DEPTH) throw new Error(`XML deeper than ${MAX_DEPTH} elements`);
        handler.open?.(name, attributes);
        if (selfClosing) open.pop();
      }
      if (closing || selfClosing) handler.close?.(name);
    }
  }
  if (open.length > 0 || elements === 0) throw new Error(`XML that ends within <${open.at(-1) ?? ""}>`);
}

/** An attribute's value; `name` is written with its prefix, if it has one. */
export function xmlAttribute(attributes: string, name: string): string | undefined {
  for (const [, key, quoted = ""] of attributes.matchAll(/([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g))
    if (key === name) return decodeXml(quoted.slice(1, -1));
  return undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeXml(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(?:#x([\da-fA-F]{1,6})|#(\d{1,7})|(\w{1,8}));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

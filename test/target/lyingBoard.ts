/** A board that claims the right module and gets a bit wrong, as a process: `lyingBoard.ts <step> <word address>`. */
import { addresses } from "../../host/schema/layout.js";
import { headerFields } from "../../host/schema/records.js";
import { MockBoard } from "./mockBoard.js";

const STEPS = addresses.header / 4 + headerFields.findIndex(({ name }) => name === "steps");
const [step, at] = process.argv.slice(2).map(Number) as [number, number];

const board = new MockBoard({
  afterStep: ({ words }) => {
    if (words[STEPS] === step) words[at] = (words[at] as number) ^ 1;
  },
});
board.listen(
  (bytes) => process.stdout.write(bytes),
  () => {},
);
process.stdin.on("data", (bytes) => board.send(bytes));

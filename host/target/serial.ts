/** A board on a serial port. */
import { BetaguardError } from "../errors.js";
import type { Wire } from "../link/wire.js";

/** @throws E_SERIAL_OPEN naming the ports there are. */
export async function serialWire(path: string, baudRate: number): Promise<Wire> {
  // Loaded here because its native part is needed by no other command.
  const { SerialPort } = await import("serialport");
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  try {
    await new Promise<void>((done, fail) => port.open((error) => (error ? fail(error) : done())));
  } catch (cause) {
    const ports = (await SerialPort.list()).map((found) => found.path);
    throw new BetaguardError(
      "E_SERIAL_OPEN",
      `expected a board on ${path} at ${baudRate} baud, ${(cause as Error).message}; ports found: ${ports.join(", ") || "none"}`,
      { cause },
    );
  }
  return {
    name: path,
    send: (bytes) => port.write(bytes),
    listen(received, lost) {
      port.on("data", received);
      const tell = (cause?: Error | null) =>
        lost(
          new BetaguardError(
            "E_SERIAL_LOST",
            `${path} closed${cause ? ` (${cause.message})` : ""}; check the cable and start again`,
          ),
        );
      port.on("close", tell);
      port.on("error", tell);
    },
    close: () =>
      new Promise((done) => {
        if (port.isOpen) port.close(() => done());
        else done();
      }),
  };
}

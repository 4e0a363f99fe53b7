/** As much of GDB's remote protocol as it takes to make an emulated processor fail. */
import { connect, type Socket } from "node:net";

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

export class Gdb {
  readonly #socket: Socket;
  #received = "";
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (text) => {
      this.#received += text.toString("latin1");
      this.#wake();
    });
  }

  /** Stops the processor of a QEMU that was started with `-gdb unix:<path>,server=on,wait=off`. */
  static async attach(path: string): Promise<Gdb> {
    const socket = connect(path);
    await new Promise<void>((done, fail) => {
      socket.once("connect", () => done());
      socket.once("error", fail);
    });
    const gdb = new Gdb(socket);
    await gdb.#ask("?");
    return gdb;
  }

  /** Runs to an address, where the processor stops before the instruction. */
  async runTo(address: number): Promise<void> {
    await this.#ask(`Z0,${address.toString(16)},2`);
    await this.#ask("c");
    await this.#ask(`z0,${address.toString(16)},2`);
  }

  async setRegister(number: number, value: number): Promise<void> {
    const registers = Buffer.from(await this.#ask("g"), "hex");
    registers.writeUInt32LE(value, 4 * number);
    await this.#ask(`G${hexOf(registers)}`);
  }

  async write(address: number, bytes: Uint8Array): Promise<void> {
    await this.#ask(`M${address.toString(16)},${bytes.length.toString(16)}:${hexOf(bytes)}`);
  }

  async words(address: number, count: number): Promise<Uint32Array> {
    const bytes = Buffer.from(await this.#ask(`m${address.toString(16)},${(4 * count).toString(16)}`), "hex");
    return new Uint32Array(Uint8Array.from(bytes).buffer);
  }

  /** Lets it run on. */
  async detach(): Promise<void> {
    await this.#ask("D");
    this.#socket.destroy();
  }

  /** The answer to a packet; fails on an error. That it stopped, QEMU may say once more than it was asked. */
  async #ask(packet: string): Promise<string> {
    const stops = packet === "?" || packet === "c";
    const sum = [...packet].reduce((total, character) => (total + character.charCodeAt(0)) & 0xff, 0);
    this.#socket.write(`$${packet}#${sum.toString(16).padStart(2, "0")}`);
    for (;;) {
      const found = /\$([^#]*)#../.exec(this.#received);
      const answer = found?.[1];
      if (found && answer !== undefined) {
        this.#received = this.#received.slice(found.index + found[0].length);
        this.#socket.write("+");
        if (/^[TS]/.test(answer) !== stops) continue;
        if (answer === "" || /^E/.test(answer)) throw new Error(`gdb: ${packet} gave ${answer}`);
        return answer;
      }
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
  }
}

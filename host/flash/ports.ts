/** What gets the firmware of each port onto its board. Paths are relative to the package's root. */

export interface FlashOptions {
  /** Serial port of an ESP32-class board; its tools look for one themselves when there is none. */
  readonly serial?: string | undefined;
  /** Debug probe of an STM32, by the name of OpenOCD's interface/<probe>.cfg. */
  readonly probe: string;
}

export const DEFAULT_PROBE = "stlink";

/** Program and arguments. */
export type Command = readonly [program: string, ...args: string[]];

export interface FlashTool {
  /** Programs that must be on PATH; the first is what the tool is called. */
  readonly programs: readonly [string, ...string[]];
  /** Directory the commands run in. */
  readonly directory: string;
  /** Empty when the tool cannot do it with these options. */
  readonly commands: (options: FlashOptions) => readonly Command[];
}

export interface FlashPort {
  readonly name: string;
  /** What holds the firmware and, in it, the module's SHA-256. */
  readonly image: string;
  /** What makes the image. */
  readonly build: string;
  /** In order of preference. */
  readonly tools: readonly FlashTool[];
  /** How to get one of them. */
  readonly install: string;
  /** The one option that applies. */
  readonly option: keyof FlashOptions;
}

function stm32(name: string): FlashPort {
  const image = `build/boards/${name}/betaguard.elf`;
  const binary = `build/boards/${name}/betaguard.bin`;
  return {
    name,
    image,
    build: `npm run boards ${name}`,
    install: "apt-get install openocd, or stlink-tools and binutils-arm-none-eabi",
    option: "probe",
    tools: [
      {
        programs: ["openocd"],
        directory: ".",
        commands: ({ probe }) => [
          [
            "openocd",
            ...["-f", `interface/${probe}.cfg`, "-f", "target/stm32f4x.cfg"],
            ...["-c", `program ${image} verify reset exit`],
          ],
        ],
      },
      {
        // It takes no ELF file.
        programs: ["st-flash", "arm-none-eabi-objcopy"],
        directory: ".",
        commands: ({ probe }) =>
          probe === DEFAULT_PROBE
            ? [
                ["arm-none-eabi-objcopy", "-O", "binary", image, binary],
                ["st-flash", "--reset", "write", binary, "0x08000000"],
              ]
            : [],
      },
    ],
  };
}

function esp32(name: string): FlashPort {
  const directory = `build/boards/${name}`;
  const port = ({ serial }: FlashOptions) => (serial === undefined ? [] : ["-p", serial]);
  const esptool = (program: string): FlashTool => ({
    programs: [program],
    // Offsets and file names, relative to it, are in the file that ESP-IDF's build leaves there.
    directory,
    commands: (options) => [[program, "--chip", name, ...port(options), "write_flash", "@flash_args"]],
  });
  return {
    name,
    image: `${directory}/betaguard.elf`,
    // A configuration of its own beside the image: in the project's folder one chip's would stand in the others' way.
    build: `idf.py -C boards/esp-idf -B ${directory} -D SDKCONFIG="$PWD/${directory}/sdkconfig" -D IDF_TARGET=${name} build`,
    install: "install ESP-IDF and run its export.sh, or pip install esptool",
    option: "serial",
    tools: [
      {
        programs: ["idf.py"],
        directory: ".",
        commands: (options) => [
          ["idf.py", "-C", "boards/esp-idf", "-B", directory, ...port(options), "flash"],
        ],
      },
      esptool("esptool"),
      esptool("esptool.py"),
    ],
  };
}

export const flashPorts: readonly FlashPort[] = [
  ...["stm32f405", "stm32f405-aot"].map(stm32),
  ...["esp32", "esp32s3", "esp32c3", "esp32c6"].map(esp32),
];

/** Ports that run on this machine, and how to start them. */
export const unflashable: Readonly<Record<string, string>> = {
  posix: "it is a process of this machine: build/boards/posix/betaguard --help, or --target wasm3",
  rv32imc: "it runs in QEMU on this machine: --target rv32imc",
};

const named = process.argv.some((argument) => argument.endsWith(".spec.ts"));

/**
 * Runs the specs beside the firmware's source. `npm run test:as` runs all, `npm run test:as -- <file>.spec.ts` one.
 * as-pect 8.1's reflection transform does not compile under AssemblyScript 0.28, so as-pect.asconfig.json leaves it
 * out: expectations compare numbers, not objects.
 */
export default {
  // as-pect adds the files of the command line to these instead of taking them alone.
  entries: named ? [] : ["assembly/__tests__/**/*.spec.ts"],
  instantiate: (memory, createImports, instantiate, binary) =>
    instantiate(binary, createImports({ env: { memory } })),
};

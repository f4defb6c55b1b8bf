import '@rnn/cells/gradients';
import { availableBackends, backendNames, useBackend } from '@rnn/backends';
import { checkCase, type Verdict } from './check-case';
import { goldenFolder, readGoldenCases } from './golden-case';

/** Checks every golden case on every backend that is here, or on those that the words name. Exit status 0: none failed; 1: some did; 2: there is nothing to check. */
async function main(names = process.argv.slice(2).filter((word) => word !== '--')): Promise<number> {
  let cases: ReturnType<typeof readGoldenCases>;
  try {
    cases = readGoldenCases(goldenFolder());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  }
  const unknown = names.find((name) => !backendNames.some((known) => known === name));
  if (unknown !== undefined) {
    console.error(`golden: expected names of ${backendNames.join(', ')}, got '${unknown}'`);
    return 2;
  }
  console.log(`${cases.length} cases in ${goldenFolder()}`);

  const worst = new Map<string, Verdict>();
  const rank = { passed: 0, 'not supported': 1, failed: 2 };
  for (const backend of await availableBackends()) {
    if (names.length > 0 && !names.includes(backend.name)) continue;
    if (!backend.present) {
      console.log(`on ${backend.name}: not run, ${backend.reason}`);
      continue;
    }
    const choice = await useBackend(backend.name).catch((error: Error) => error.message);
    if (typeof choice === 'string') {
      console.log(`on ${backend.name}: not run, ${choice}`);
      continue;
    }
    const verdicts: Verdict[] = [];
    for (const golden of cases) verdicts.push(await checkCase(golden));
    console.log(`on ${choice.name} (${choice.device}): ${count(verdicts)}`);
    for (const verdict of verdicts) {
      if (verdict.outcome === 'failed') console.log(`  failed: ${verdict.name}\n    ${verdict.faults.join('\n    ')}`);
      const before = worst.get(verdict.name);
      if (before === undefined || rank[verdict.outcome] > rank[before.outcome]) worst.set(verdict.name, verdict);
    }
  }

  const all = [...worst.values()];
  const missing = all.filter(({ outcome }) => outcome === 'not supported');
  if (missing.length > 0) console.log('not supported:');
  for (const { name, faults } of missing) console.log(`  ${name} (${faults.join()})`);
  console.log(`golden: ${cases.length} cases, ${count(all)}`);
  if (all.length === 0) return 2;
  return all.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

function count(verdicts: readonly Verdict[]): string {
  const of = (outcome: Verdict['outcome']): number => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return `${of('passed')} passed, ${of('failed')} failed, ${of('not supported')} not supported`;
}

process.exitCode = await main();

// Adds up what every package's test runner wrote to reports/vitest.json, and holds each skipped test against .ci/allowed-skips.json; those that a
// backend cannot run, that take long there, or that found none, carry their reason. Then says which backends ran, and how much is left for the release.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const packages = ['packages', 'apps', 'checks', '.']
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((folder) => existsSync(`${folder}/package.json`));
const allowed = JSON.parse(readFileSync('.ci/allowed-skips.json', 'utf8'));

const total = { passed: 0, failed: 0, skipped: 0 };
const faults = [];
const onBackends = [];
for (const folder of packages) {
  const { name, scripts } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  if (!scripts?.test) continue;
  const file = `${folder}/reports/vitest.json`;
  if (!existsSync(file)) {
    faults.push(`${name}: its tests left no report in ${file}`);
    continue;
  }
  const { testResults, success } = JSON.parse(readFileSync(file, 'utf8'));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const count = {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').length,
  };
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  console.log(`${name}: ${count.passed} passed, ${count.failed} failed, ${skipped.length} skipped`);
  if (!success && count.failed === 0) faults.push(`${name}: its test run failed outside of a test`);
  for (const reason of new Set(skipped.map((test) => reasonFor(name, test)))) {
    const tests = skipped.filter((test) => reasonFor(name, test) === reason);
    if (reason !== undefined) console.log(`  ${tests.length} skipped: ${reason}`);
    else faults.push(...tests.map(({ fullName }) => `${name}: skipped without a reason on the list: ${fullName}`));
  }
  onBackends.push(...tests.filter(({ meta }) => meta.backend));
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += skipped.length;
}
for (const [backend, device] of distinct(onBackends.map(({ meta }) => [meta.backend, meta.device ?? '']))) {
  const there = onBackends.filter(({ meta }) => meta.backend === backend && (meta.device ?? '') === device);
  const skipped = there.flatMap(({ meta }) => meta.skipped ?? []);
  const left = skipped.filter((reason) => reason.endsWith('pnpm test:release runs them')).length;
  const counts = [
    `${there.length - skipped.length} tests ran`,
    ...(left > 0 ? [`${left} are left for pnpm test:release`] : []),
    ...(skipped.length > left ? [`${skipped.length - left} cannot run there`] : []),
  ];
  console.log(
    device
      ? `on ${backend} (${device}): ${counts.join(', ')}`
      : `on ${backend}: none of ${there.length} tests ran, ${there[0].meta.skipped}`,
  );
}
for (const fault of faults) console.log(fault);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = faults.length > 0 || total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Each list of words once, in order. */
function distinct(lists) {
  return [...new Set(lists.map((words) => JSON.stringify(words)))].map((text) => JSON.parse(text));
}

/** Why a test may be skipped; undefined where neither it nor the list says so. */
function reasonFor(name, { fullName, meta }) {
  return (
    meta.skipped ?? allowed.find((entry) => entry.package === name && new RegExp(entry.tests).test(fullName))?.reason
  );
}

import { readdirSync, readFileSync } from 'node:fs';
import { runProgram } from 'app-common';
import { describe, expect, it } from 'vitest';
import { main, report, scratch } from './sine-program.fixture';

describe('compare', () => {
  it('trains each in a process of its own, and has a table, pictures and a page', async () => {
    const [json, pictures, page] = ['compared.json', 'compared', 'compared.html'].map(scratch) as [
      string,
      string,
      string,
    ];
    const words = ['two-layer', 'estimator', '--steps', '3', '--hidden', '4', '--pictures', pictures, '--report', page];
    const { status, stdout, stderr } = await runProgram(main, ['compare', ...words, '--json', json]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /\nworkload +test MSE +steps +s +ms\/step +MiB\ntwo-layer +\d\.\d\de.* 3 .*\nestimator +\d.* 3 .*\n/,
    );
    const { reports, failed } = JSON.parse(readFileSync(json, 'utf8'));
    expect(reports).toMatchObject([
      { workload: 'two-layer', steps: 3 },
      { workload: 'estimator', steps: 3 },
    ]);
    expect(failed).toEqual([]);
    const alone = await report('two-layer', '--steps', '3', '--hidden', '4');
    expect(reports[0].test).toEqual(alone.test);
    expect(readdirSync(pictures).sort()).toEqual(['error.svg', 'loss.svg']);
    expect(readFileSync(page, 'utf8')).toContain('<th scope="row">estimator</th>');
  });

  it('one that fails does not keep the others from running, and the exit status is 1', async () => {
    const words = ['compare', 'two-layer-manual', 'one-layer', '--kernel', 'fused', '--steps', '1'];
    const { status, stdout, stderr } = await runProgram(main, words);
    expect(status).toBe(1);
    expect(stdout).toMatch(/\none-layer +\d.*\ntwo-layer-manual +failed\n/);
    expect(stderr).toMatch(
      /^--kernel: expected auto or reference, .*\nNot trained: two-layer-manual \(exit status 2\)\n$/,
    );
  });
});

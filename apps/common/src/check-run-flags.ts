import { makeWritableFolder } from '@rnn/trainers/checkpoints';
import { checkReportFile } from './report-file';
import type { RunFlags } from './run-options';
import { checkResultFlags } from './write-results';

/** Throws where what a run is to write has no place, before anything is trained or an earlier file is begun anew; makes the folders. */
export async function checkRunFlags(flags: RunFlags): Promise<void> {
  const { csv, jsonl, tensorboard, checkpoints } = flags;
  for (const [flag, folder] of Object.entries({ '--tensorboard': tensorboard, '--checkpoints': checkpoints }))
    if (folder !== undefined) await makeWritableFolder(flag, folder);
  for (const [flag, file] of Object.entries({ '--csv': csv, '--jsonl': jsonl }))
    if (file !== undefined) await checkReportFile(flag, file);
  await checkResultFlags(flags);
}

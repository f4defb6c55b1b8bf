import { useBackend } from '@rnn/backends';
import { writeWeights } from '@rnn/trainers/checkpoints';
import { checkReportFile } from 'app-common';
import { Command } from 'commander';
import { loadTrained } from './load-trained';

interface ExportFlags {
  readonly model?: string;
  readonly quiet: boolean;
}

/** `export`: the weights of a trained model alone. */
export const exportCommand = (): Command =>
  new Command('export')
    .description('Writes the weights of a model alone, under their TensorFlow 1 names, as safetensors.')
    .argument('<file>', 'to write, ending in .safetensors')
    .option('--model <path>', 'a checkpoint or a folder of checkpoints')
    .option('--quiet', 'print nothing but errors', false)
    .addHelpText('after', "\nIn Python: safetensors.numpy.load_file('lstm.safetensors') gives the arrays by name.")
    .action(exportWeights);

async function exportWeights(file: string, { model, quiet }: ExportFlags): Promise<void> {
  await checkReportFile('export', file, ['.safetensors']);
  await useBackend('cpu');
  const { trainer, config } = await loadTrained(model, 'auto');
  await writeWeights(file, trainer.model, config);
  if (quiet) return;
  for (const [name, { shape }] of trainer.model.variables) console.log(`${name} [${shape.join(', ')}]`);
  console.log(`written to ${file}`);
}

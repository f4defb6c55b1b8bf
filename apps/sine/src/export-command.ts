import { writeWeights } from '@rnn/trainers/checkpoints';
import { checkReportFile, type DeviceFlags, deviceOptions, trainingView } from 'app-common';
import { Command } from 'commander';
import { modelOption } from './model-option';
import { savedModel } from './sine-model';

interface ExportFlags extends DeviceFlags {
  readonly model: string;
}

/** `export`: the weights of a saved model alone. */
export function exportCommand(): Command {
  const command = new Command('export')
    .description("Writes a network's weights alone, under TensorFlow 1's names, which Python reads too.")
    .argument('<file>', 'ending in .safetensors')
    .addOption(modelOption().makeOptionMandatory());
  return deviceOptions(command).action(exportWeights);
}

async function exportWeights(file: string, flags: ExportFlags): Promise<void> {
  await checkReportFile('export', file, ['.safetensors']);
  const { model, learner, config } = await savedModel(flags.model, flags);
  await writeWeights(file, model, config);
  const { say } = trainingView({ quiet: false });
  for (const [name, { shape }] of model.variables) say(`${name} [${shape.join(', ')}]`);
  say(`written to ${file}`);
  learner.dispose();
}

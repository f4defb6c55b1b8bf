import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { useBackend } from '@rnn/backends';

/** Where Debian's Chromium has SwiftShader, a Vulkan driver that computes on the CPU. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Makes webgpu the backend in use; where there is none, says why not. Without a GPU it takes SwiftShader. */
export async function startWebgpu(): Promise<string | undefined> {
  if (existsSync(swiftShader)) {
    process.env.VK_DRIVER_FILES ??= swiftShader;
    process.env.VK_ICD_FILENAMES ??= swiftShader;
  }
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  try {
    await useBackend('webgpu');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

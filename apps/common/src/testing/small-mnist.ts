import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For tests: a folder like MNIST's, 5,256 training and 200 test images whose brightest row tells the label. */
export function smallMnist(): string {
  const folder = mkdtempSync(join(tmpdir(), 'small-mnist-'));
  for (const [name, count] of [
    ['train', 5256],
    ['t10k', 200],
  ] as const) {
    const images = new Uint8Array(16 + count * 784);
    const labels = new Uint8Array(8 + count);
    header(images, [0x803, count, 28, 28]);
    header(labels, [0x801, count]);
    for (let i = 0; i < count; i++) {
      const label = (i * 7 + 3) % 10;
      labels[8 + i] = label;
      images.fill(200 + (i % 50), 16 + i * 784 + label * 56, 16 + i * 784 + label * 56 + 28);
    }
    writeFileSync(join(folder, `${name}-images-idx3-ubyte`), images);
    writeFileSync(join(folder, `${name}-labels-idx1-ubyte`), labels);
  }
  return folder;
}

function header(bytes: Uint8Array, values: readonly number[]): void {
  const view = new DataView(bytes.buffer);
  for (const [k, value] of values.entries()) view.setUint32(4 * k, value);
}

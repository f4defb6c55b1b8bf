import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { vulkanDrivers } from './vulkan-drivers';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vulkan-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** None of the machine's own folders, but for /etc. */
const nothing = () => ({ HOME: home, XDG_CONFIG_DIRS: home, XDG_DATA_DIRS: home });

function manifest(path: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '{}');
  return file;
}

it('finds a driver in the folders of the user and of the system, and no other file there', () => {
  const ofUser = manifest('.local/share/vulkan/icd.d/mine.json');
  manifest('.local/share/vulkan/icd.d/README');
  const ofSystem = manifest('usr/vulkan/icd.d/nvidia_icd.json');
  const found = vulkanDrivers({ ...nothing(), XDG_DATA_DIRS: `${join(home, 'usr')}:/nowhere` }, 'linux');
  expect(found).toEqual(expect.arrayContaining([ofUser, ofSystem]));
  expect(found).not.toContainEqual(expect.stringContaining('README'));
});

it.each(['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'])(
  'takes those that %s names, files or folders, and no others',
  (name) => {
    manifest('.local/share/vulkan/icd.d/mine.json');
    const [one, two] = [manifest('one.json'), manifest('more/two.json')];
    const named = `${one}:${join(home, 'more')}:/nowhere/three.json`;
    expect(vulkanDrivers({ ...nothing(), [name]: named }, 'linux')).toEqual([one, two]);
  },
);

it('adds those of VK_ADD_DRIVER_FILES', () => {
  const added = manifest('added.json');
  expect(vulkanDrivers({ ...nothing(), VK_ADD_DRIVER_FILES: added }, 'linux')).toContain(added);
});

it.each(['win32', 'darwin'])('has nothing to say on %s, where WebGPU needs no Vulkan', (platform) => {
  expect(vulkanDrivers({}, platform)).toBeUndefined();
});

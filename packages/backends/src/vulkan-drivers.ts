/**
 * The manifests of the Vulkan drivers that a program finds on this machine, in the folders and by the variables of Khronos' loader
 * (https://github.com/KhronosGroup/Vulkan-Loader/blob/main/docs/LoaderDriverInterface.md). Nothing on systems that need none for WebGPU: Windows has
 * Direct3D, macOS Metal.
 */
export function vulkanDrivers(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): readonly string[] | undefined {
  if (platform === 'win32' || platform === 'darwin') return undefined;
  const { existsSync, readdirSync, statSync } = process.getBuiltinModule('node:fs');
  const { delimiter, join } = process.getBuiltinModule('node:path');
  const paths = (list: string | undefined) => (list ?? '').split(delimiter).filter((path) => path);

  const manifestsAt = (path: string): string[] => {
    if (!existsSync(path)) return [];
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(path, name));
  };
  // Either variable stands for all folders.
  const named = env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES;
  if (named) return paths(named).flatMap(manifestsAt);
  const home = env.HOME ?? '/';
  const roots = [
    ...[env.XDG_CONFIG_HOME ?? join(home, '.config'), ...paths(env.XDG_CONFIG_DIRS ?? '/etc/xdg'), '/etc'],
    ...[env.XDG_DATA_HOME ?? join(home, '.local/share'), ...paths(env.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share')],
  ];
  return [
    ...roots.flatMap((root) => manifestsAt(join(root, 'vulkan/icd.d'))),
    ...paths(env.VK_ADD_DRIVER_FILES).flatMap(manifestsAt),
  ];
}

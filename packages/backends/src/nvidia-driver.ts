/** The version of the NVIDIA driver that runs, as Linux tells it; nothing where there is none. */
export function nvidiaDriver(file = '/proc/driver/nvidia/version'): string | undefined {
  try {
    return /\s(\d+\.\d+(\.\d+)?)\s/.exec(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** What there is on a Linux machine with an NVIDIA driver: the module's own file, its devices, which containers have, and that of Windows under WSL. */
const traces = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/dev/nvidia0', '/dev/dxg'];

/** Whether a program could reach an NVIDIA card, as far as can be seen without loading CUDA: on Linux by its driver's files, elsewhere it may. */
export function mayReachNvidia(platform: string = process.platform, files: readonly string[] = traces): boolean {
  return platform !== 'linux' || files.some((file) => process.getBuiltinModule('node:fs').existsSync(file));
}

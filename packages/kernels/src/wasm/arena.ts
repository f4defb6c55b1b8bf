import { KernelError } from '../kernel-error';

/** Bytes of a WebAssembly page. */
const page = 65536;
/** Blocks begin at multiples of this, a cache line. */
const line = 64;

interface Gap {
  begin: number;
  end: number;
}

/**
 * Hands out blocks of a WebAssembly memory and takes them back: the first gap that is large enough, neighbouring gaps joined. The memory grows
 * when no gap fits, and never shrinks. Addresses in bytes.
 */
export class Arena {
  readonly #memory: WebAssembly.Memory;
  readonly #maximumPages: number;
  /** Free stretches below the end of the memory, in order. */
  readonly #gaps: Gap[];
  readonly #blocks = new Map<number, number>();
  #end: number;
  #used = 0;
  /** Frees blocks that can be made again, and says whether there were any; asked where the memory cannot grow. */
  spare: () => boolean = () => false;

  constructor(memory: WebAssembly.Memory, begin: number, maximumPages: number) {
    this.#memory = memory;
    this.#maximumPages = maximumPages;
    this.#end = memory.buffer.byteLength;
    this.#gaps = [{ begin, end: this.#end }];
  }

  /** Bytes that are handed out. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes that the memory has grown to. */
  get totalBytes(): number {
    return this.#end;
  }

  /** Bytes that the memory may grow to. */
  get maximumBytes(): number {
    return this.#maximumPages * page;
  }

  /** The address of a block of `bytes`. Throws `KernelError` where the memory cannot hold it. */
  allocate(bytes: number): number {
    const size = Math.max(line, Math.ceil(bytes / line) * line);
    const gap = this.#gapOf(size);
    const address = gap.begin;
    gap.begin += size;
    if (gap.begin === gap.end) this.#gaps.splice(this.#gaps.indexOf(gap), 1);
    this.#blocks.set(address, size);
    this.#used += size;
    return address;
  }

  #gapOf(size: number): Gap {
    const gap = this.#gaps.find(({ begin, end }) => end - begin >= size);
    if (gap !== undefined) return gap;
    try {
      this.#grow(size);
    } catch (error) {
      if (!this.spare()) throw error;
      return this.#gapOf(size);
    }
    return this.#gaps.at(-1) as Gap;
  }

  /** How large the block at an address is. */
  sizeOf(address: number): number {
    return this.#blocks.get(address) as number;
  }

  /** Takes a block back. */
  free(address: number): void {
    const size = this.#blocks.get(address);
    if (size === undefined) throw new Error(`Arena.free: no block begins at ${address}`);
    this.#blocks.delete(address);
    this.#used -= size;
    const after = this.#gaps.findIndex(({ begin }) => begin > address);
    const at = after < 0 ? this.#gaps.length : after;
    this.#gaps.splice(at, 0, { begin: address, end: address + size });
    this.#join(at);
    this.#join(at - 1);
  }

  /** Makes one of a gap and the next one, if they touch. */
  #join(at: number): void {
    const [gap, next] = [this.#gaps[at], this.#gaps[at + 1]];
    if (gap === undefined || next === undefined || gap.end !== next.begin) return;
    gap.end = next.end;
    this.#gaps.splice(at + 1, 1);
  }

  /** Grows the memory so that its last gap holds `size` bytes, by a quarter at least, so that growing stays rare. */
  #grow(size: number): void {
    const last = this.#gaps.at(-1);
    const open = last !== undefined && last.end === this.#end ? last.end - last.begin : 0;
    const needed = Math.ceil((size - open) / page);
    const pages = this.#end / page;
    const wanted = Math.min(Math.max(needed, Math.ceil(pages / 4)), this.#maximumPages - pages);
    if (wanted < needed) {
      const limit = Math.floor((this.#maximumPages * page) / 2 ** 20);
      const got = `${Math.ceil((this.#end + needed * page) / 2 ** 20)} MiB`;
      throw new KernelError(
        'memory',
        `sequences that fit ${limit} MiB of WebAssembly memory`,
        got,
        'Use smaller batches or shorter sequences.',
      );
    }
    try {
      this.#memory.grow(wanted);
    } catch {
      const remedy = 'The system gave no more memory; use smaller batches or shorter sequences.';
      throw new KernelError('memory', `${Math.ceil((wanted * page) / 2 ** 20)} MiB more`, 'none', remedy);
    }
    const end = this.#memory.buffer.byteLength;
    if (open > 0) (last as Gap).end = end;
    else this.#gaps.push({ begin: this.#end, end });
    this.#end = end;
  }
}

import { StaticModelError } from "./model-error.ts";
import { pause } from "./pause.ts";

/** Numbers of a vector: 32 parts of 8, each the nearest of 256 centroids (product quantisation). */
export const dimensions = 256;
export const subspaces = 32;
export const centroids = 256;
export const width = 8;
/** Of hashes of terms, see `lexicon.ts`. */
export const buckets: number = 2 ** 16;

/** Also part of the embedder's id: vectors of two versions are not compared. */
export const modelVersion = 1;

const magic = "SVNRSTAT";
const headerBytes = 64;
/** Of the file that are read at a time: a multiple of 4. */
const pieceBytes = 2 ** 20;

/** The sections of a model file. Bytes are views of the file, not copies. */
export interface ModelFile {
  readonly terms: number;
  /** `[subspaces][centroids][width]`. */
  readonly codebooks: Float32Array;
  /** `[terms][subspaces]`: the number of a centroid. */
  readonly codes: Uint8Array;
  /** `[terms]`, float16, little-endian. */
  readonly weights: Uint8Array;
  /** Classes of characters, see `characters.ts`. */
  readonly characters: Uint8Array;
  /** `[buckets]`: how many terms have a hash of this bucket. */
  readonly counts: Uint8Array;
  /** `[buckets]`: UTF-16 units of the longest term whose first two units are of this bucket. */
  readonly longest: Uint8Array;
  /** The terms in order of their numbers, which is that of their buckets: UTF-8, a line break after each. */
  readonly vocabulary: Uint8Array;
}

/**
 * Takes a model file apart. All numbers are little-endian: 8 bytes `SVNRSTAT`; uint32 version, terms, subspaces, centroids,
 * width, bytes of `characters`, bytes of `vocabulary`, checksum of what follows the header; 24 bytes of zeros. Then
 * codebooks, codes, weights, characters, counts, longest, vocabulary, and zeros up to a multiple of 4.
 * @throws StaticModelError `FOREIGN`, `VERSION` or `DAMAGED`.
 */
export async function openModelFile(bytes: Uint8Array): Promise<ModelFile> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes || String.fromCharCode(...bytes.subarray(0, magic.length)) !== magic)
    throw new StaticModelError(
      "FOREIGN",
      `these ${bytes.length} bytes are not the model: give the content of @souvenir/static/model.bin`,
    );
  const field = (index: number) => view.getUint32(magic.length + 4 * index, true);
  const layout = [0, 2, 3, 4].map(field).join(", ");
  const known = [modelVersion, subspaces, centroids, width].join(", ");
  if (layout !== known)
    throw new StaticModelError(
      "VERSION",
      `this package reads models of layout ${known}, got ${layout}: take model.bin of the same version as the code`,
    );

  const terms = field(1);
  let end = headerBytes;
  const next = (length: number) => {
    end += length;
    return bytes.subarray(end - length, end);
  };
  const codebooks = next(subspaces * centroids * width * 4);
  const file = {
    terms,
    codes: next(terms * subspaces),
    weights: next(terms * 2),
    characters: next(field(5)),
    counts: next(buckets),
    longest: next(buckets),
    vocabulary: next(field(6)),
  };
  end += (4 - (end % 4)) % 4;
  if (bytes.length !== end)
    throw new StaticModelError("DAMAGED", `the model has ${end} bytes, got ${bytes.length}: read it again`);
  if ((await checksum(view)) !== field(7))
    throw new StaticModelError("DAMAGED", "the checksum of the model does not agree: install it anew");

  const numbers = new Float32Array(codebooks.length / 4);
  for (let index = 0; index < numbers.length; index++)
    numbers[index] = view.getFloat32(headerBytes + 4 * index, true);
  return { ...file, codebooks: numbers };
}

/** FNV-1a over words of 32 bits: finds damage, not malice. In pieces, between which others run. */
async function checksum(view: DataView): Promise<number> {
  let sum = 0x811c9dc5;
  for (let start = headerBytes; start < view.byteLength; start += pieceBytes) {
    sum = checksumOf(view, start, Math.min(start + pieceBytes, view.byteLength), sum);
    await pause();
  }
  return sum >>> 0;
}

function checksumOf(view: DataView, start: number, end: number, sum: number): number {
  for (let at = start; at < end; at += 4) sum = Math.imul(sum ^ view.getInt32(at, true), 0x01000193);
  return sum;
}

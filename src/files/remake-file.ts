// The file that went in, of its pixels, metadata and recipe.
import type { HeldRecipe, Metadata, Pixels, SourceForm } from '../../library/index.ts';
import { type RemadeFile, remakeFramed } from './frames/framed-files.ts';
import { isAnewRecipe } from './frames/recipe.ts';
import { FRAME_READERS } from './frames-of-formats.ts';
import { foreignOfMetadata } from './png/foreign-metadata.ts';
import { readPngMetadata } from './png/metadata.ts';
import { isStreamRecipe } from './png/recipe.ts';
import { remakePng } from './png/remake.ts';

/**
 * The file, and whether it is as the recipe says: the very file, or one of its form.
 * @throws VaezipError 'bad-file' for a recipe that is not of such an image.
 */
export function remakeFile(
  pixels: Pixels,
  form: SourceForm | null,
  metadata: Metadata,
  recipe: Uint8Array,
): Promise<RemadeFile> {
  const placed = metadata.kind === 'png' ? readPngMetadata(metadata.data) : [];
  const format = form?.format ?? 'png';
  if (!isFramed(format)) return remakePng(pixels, form, placed, recipe);
  return remakeFramed(pixels, foreignOfMetadata(placed), recipe, FRAME_READERS[format]);
}

/**
 * Whether a recipe makes the very bytes of the file; those of PNG and TIFF files may make but one of their form. So
 * short as one in a stream is none of the latter.
 */
export function isWholeRecipe(format: string | null, recipe: HeldRecipe): boolean {
  if (recipe === null) return false;
  if (recipe === 'in-stream') return true;
  return isFramed(format ?? 'png') ? !isAnewRecipe(recipe) : isStreamRecipe(recipe);
}

function isFramed(format: string): format is keyof typeof FRAME_READERS {
  return format in FRAME_READERS;
}

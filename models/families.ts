// The families of models by name, which is the key `format` of their weights' metadata. Each
// is loaded when it is asked for.

import type { Family } from '../codec/model/model.ts';

const FAMILIES = {
  'vaezip-learning': async () => (await import('../codec/planes/learning/family.ts')).learningFamily,
  'vaezip-quick': async () => (await import('../codec/planes/quick/family.ts')).quickFamily,
  'vaezip-static': async () => (await import('../codec/planes/static/family.ts')).staticFamily,
  'vaezip-screen': async () => (await import('../codec/screen/family.ts')).screenFamily,
  'vaezip-digits': async () => (await import('../codec/digits/family.ts')).digitsFamily,
  'vaezip-binary': async () => (await import('../codec/binary/family.ts')).binaryFamily,
  'vaezip-thumbs': async () => (await import('../codec/thumbs/family.ts')).thumbsFamily,
} satisfies Record<string, () => Promise<Family>>;

export type FamilyName = keyof typeof FAMILIES;

/** Whether a family is known here. */
export function isFamilyName(name: string): name is FamilyName {
  return Object.hasOwn(FAMILIES, name);
}

export function loadFamily(name: FamilyName): Promise<Family> {
  return FAMILIES[name]();
}

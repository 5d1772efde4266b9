// An AssemblyScript transform: writes what TypeScript must know of the kernel, as the compiler has laid it out, so that
// nothing is copied by hand: the records (@unmanaged classes) with offset and type of each field, the constants that
// modules export and use, and the functions that the kernel exports.
import { writeFileSync } from 'node:fs';
import { Transform } from 'assemblyscript/transform';

const TARGET = 'codec/kernel/layouts.ts';
/** Of the compiler's flags, whose enums its package does not export. */
const EXPORTED = 1 << 1;
const CONST = 1 << 3;
const UNMANAGED = 1 << 4;
const INTEGER = 1;
const FLOAT = 2;

/** Types as a record's reader knows them; references to records are addresses. */
const FIELD_TYPES = { i32: 'i32', u32: 'u32', usize: 'u32', f32: 'f32', i64: 'i64', u64: 'u64', f64: 'f64' };

export default class Layouts extends Transform {
  afterCompile() {
    // Its declarations lack it.
    const { program } = /** @type {any} */ (this);
    const elements = [...program.elementsByName.values()];
    const parts = [
      '// Written by scripts/layouts.js from the kernel as compiled: do not edit.\n',
      "/** Records as they lie in the kernel's memory; offsets and sizes in bytes. */",
      `export const Layouts = ${JSON.stringify(records(elements))} as const;\n`,
      '/** Constants that modules of the kernel export, by module. */',
      `export const Constants = ${JSON.stringify(constants(elements))} as const;\n`,
      "/** The kernel's functions; addresses and counts are numbers. */",
      `export interface KernelExports {\n${functions(program).join('\n')}\n}\n`,
    ];
    writeFileSync(TARGET, parts.join('\n'));
  }
}

function records(elements) {
  const found = {};
  for (const element of elements) {
    const instance = element.instances?.get('');
    if (!instance?.members || (element.decoratorFlags & UNMANAGED) === 0 || !isOfCodec(element)) continue;
    if (found[element.name]) throw new Error(`two records are called ${element.name}`);
    const fields = {};
    for (const [name, member] of instance.members) {
      const property = member.propertyInstance ?? member.instance;
      if (!property?.isField) continue;
      const type = property.type.classReference ? 'u32' : FIELD_TYPES[property.type.toString()];
      if (!type) throw new Error(`${element.name}.${name} is of a type that records do not have`);
      fields[name] = { offset: property.memoryOffset, type };
    }
    found[element.name] = { bytes: instance.nextMemoryOffset, fields };
  }
  return found;
}

function constants(elements) {
  const found = {};
  for (const element of elements) {
    if ((element.flags & EXPORTED) === 0 || (element.flags & CONST) === 0) continue;
    if (!isOfCodec(element)) continue;
    const value = constantValue(element);
    if (value === undefined) continue;
    const module = element.parent.internalName.replace(/^codec\//, '').replace('/assembly/', '/');
    found[module] = { ...found[module], [element.name]: value };
  }
  return found;
}

function constantValue({ constantValueKind, constantIntegerValue, constantFloatValue }) {
  if (constantValueKind === FLOAT) return constantFloatValue;
  if (constantValueKind !== INTEGER) return undefined;
  const { low, high } = constantIntegerValue;
  return high === 0 || high === -1 ? low : undefined;
}

function functions(program) {
  const entry = [...program.filesByName.values()].find(({ source }) =>
    source.internalPath.endsWith('kernel/assembly/index'),
  );
  const lines = [];
  const names = new Map([...(entry.exports ?? [])]);
  for (const { exports } of entry.exportsStar ?? [])
    for (const [name, element] of exports ?? []) names.set(name, element);
  for (const [name, element] of names) {
    const instance = element.instances?.get('');
    if (!instance?.signature) continue;
    const { parameterTypes, returnType } = instance.signature;
    const parameters = parameterTypes.map(
      (type, index) => `${instance.getParameterName(index)}: ${typeScript(type)}`,
    );
    lines.push(`  ${name}(${parameters.join(', ')}): ${typeScript(returnType)};`);
  }
  return lines;
}

function typeScript(type) {
  const name = type.toString();
  if (name === 'void') return 'void';
  return name === 'i64' || name === 'u64' ? 'bigint' : 'number';
}

function isOfCodec({ internalName }) {
  return internalName.startsWith('codec/');
}

// node in-node.js CASES.json: prints what differs there, as a JSON array.
import { readFileSync } from 'node:fs';
import * as library from '../../dist/library/index.js';
import { differences } from './runtime.js';

console.log(JSON.stringify(await differences(library, readFileSync(process.argv[2], 'utf8'))));

// Sentences, titles and names from a list of words: text that reads like any, and says nothing.

import { range } from './random.js';

const WORDS =
  `about above account across after again against almost along already always among amount another answer
around autumn balance beach because become before begin behind believe below between beyond blue board border both bring
bridge build business calm carry case cause centre certain change choice city clear close cloud coast colour common
company compare copper corner cost country course cover current daily date dawn decide deep degree describe design
detail differ direct distance door double draft during early earth east edge effect eight either engine enough entire
even evening every example exchange factor family farther field figure final find five follow force forest form forward
four fresh front garden gather general give glass great green ground group grow half harbour have heavy height high
hold hour house however hundred idea include increase inside interest island join journey keep kind lake land large
later lead learn least leave length less letter level light limit line list little local long lower machine main major
many mark market match matter mean measure member method middle might mile minute model moment month more morning
most mountain move much music narrow near need never next night north note number object offer often open order other
outside over page paper part pass path pattern people period picture piece place plain plan plant point possible power
present press price problem process produce public question quick quiet rail rather reach read ready reason record
region remain report rest result return right river road room round rule same scale school season second section
seldom sense series seven several shape share sharp short should side signal silver simple since single size slow small
some song sound south space spring stage stand start state station step still stone storm story street strong study
such summer sure surface system table taken tell term than their there thing third those though thousand three through
time today together total toward trade train travel tree turn twelve under unit until upon usual valley value very
village visit voice wait walk water weather week weight west wheel where which while white whole wide wind window winter
within without wood word work world would write year yellow yesterday`.split(/\s+/);
const SHORT = 'a and as at by for from if in is it no not of on or so that the they to was we with'.split(
  ' ',
);
const GIVEN =
  'Ada Bela Carla Dario Edda Finn Greta Hugo Ines Jonas Kira Lars Mina Nils Olga Pavel Rosa Selma'.split(' ');
const FAMILY =
  'Abel Brandt Costa Dahl Ekman Fuchs Grau Hale Ilves Janda Kovac Lind Moreau Nowak Orsi Peters'.split(' ');

/** @typedef {import('./random.js').Random} Random */

/** @param {Random} random */
export function word(random) {
  return random.pick(WORDS);
}

/** @param {Random} random @param {number} count of words */
export function title(random, count) {
  return capital(
    range(count)
      .map(() => word(random))
      .join(' '),
  );
}

/** @param {Random} random */
export function sentence(random) {
  const words = range(random.whole(5, 16)).map(() =>
    random.chance(0.4) ? random.pick(SHORT) : word(random),
  );
  const comma = random.whole(2, words.length);
  const text = words
    .map((each, i) => (i === comma ? `${each},` : each))
    .join(' ')
    .replace(/,$/, '');
  return `${capital(text)}${random.chance(0.06) ? '?' : '.'}`;
}

/** @param {Random} random @param {number} sentences */
export function paragraph(random, sentences) {
  return range(sentences)
    .map(() => sentence(random))
    .join(' ');
}

/** @param {Random} random */
export function person(random) {
  return `${random.pick(GIVEN)} ${random.pick(FAMILY)}`;
}

/** @param {Random} random */
export function fileName(random) {
  const ending = random.pick(['txt', 'png', 'ts', 'json', 'pdf', 'md', 'tar.gz', 'csv', 'svg']);
  const second = random.chance(0.4) ? random.whole(1, 2030) : word(random);
  return `${word(random)}${random.pick(['-', '_', ''])}${second}.${ending}`;
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

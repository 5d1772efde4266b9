// A chat application: conversations with round avatars at the left, bubbles of both sides, one photo, a line to write.

import { range } from '../random.js';
import { paragraph, person, sentence } from '../words.js';

/** @typedef {import('../random.js').Random} Random */

/** @type {import('../page.js').Page} */
export function chatPage(random, { height, photo }) {
  const partner = avatar(random, 34);
  const conversations = range(Math.ceil(height / 64)).map((i) => {
    const unread = random.chance(0.3) ? `<b>${random.whole(1, 20)}</b>` : '';
    const selected = i === 1 ? ' class="selected"' : '';
    const [name, last] = [person(random), sentence(random)];
    return `<li${selected}>${avatar(random, 44)}<p>${name}<br><small>${last}</small></p>
      <em>${clock(random)}</em>${unread}</li>`;
  });
  const messages = range(8).map((i) => {
    const mine = random.chance(0.45);
    const picture = i === 3 ? `<img src="${photo}">` : '';
    const text = paragraph(random, random.whole(1, 3));
    const bubble = `<p>${picture}${text}<em>${clock(random)}</em></p>`;
    return mine ? `<div class="mine">${bubble}</div>` : `<div>${partner}${bubble}</div>`;
  });
  const style = `
    #view{background:#eef1f5;font:14px/1.35 "DejaVu Sans";color:#1c2733}
    ul{position:absolute;left:0;top:0;bottom:0;width:320px;margin:0;padding:0;background:#fff;
      border-right:1px solid #d9dee5;list-style:none}
    li{position:relative;height:64px;padding:9px 12px}
    li svg{float:left;margin-right:11px}
    li p{margin:2px 0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;width:200px}
    li p small{color:#788694}
    li em{position:absolute;right:12px;top:11px;color:#99a}
    em{font:11px "DejaVu Sans"}
    li b{position:absolute;right:12px;bottom:10px;background:#3390ec;color:#fff;font-size:11px;padding:1px 7px;
      border-radius:9px}
    .selected{background:#3390ec;color:#fff}
    .selected small,.selected em{color:#dcecff!important}
    main{position:absolute;left:320px;right:0;bottom:62px;padding:0 22px}
    main>div{clear:both;display:flex;align-items:flex-end;margin:7px 0}
    main p{margin:0 0 0 8px;max-width:430px;background:#fff;padding:7px 12px;border-radius:14px 14px 14px 3px;
      box-shadow:0 1px 2px #0002}
    .mine{justify-content:flex-end}
    .mine p{background:#d9fdd3;border-radius:14px 14px 3px 14px}
    main em{float:right;margin:6px 0 0 12px;color:#7a8a7a}
    main img{display:block;width:400px;height:240px;object-fit:cover;border-radius:9px;margin:2px -4px 6px}
    h3{position:absolute;left:320px;right:0;top:0;height:54px;margin:0;background:#fff;padding:8px 20px;
      border-bottom:1px solid #d9dee5;font-size:15px}
    h3 svg{float:left;margin-right:10px}
    footer{position:absolute;left:340px;right:20px;bottom:10px;height:42px;background:#fff;border-radius:21px;
      padding:11px 20px;color:#9aa5b1;border:1px solid #d9dee5}
    footer span{position:absolute;right:4px;top:3px;width:34px;height:34px;border-radius:17px;
      background:linear-gradient(#4fb0ff,#2277d8);color:#fff;text-align:center;line-height:34px}`;
  const body = `<ul>${conversations.join('')}</ul><main>${messages.join('')}</main>
    <h3>${partner}${person(random)}</h3><footer>Write a message<span>➤</span></footer>`;
  return { style, body };
}

/** @param {Random} random @param {number} size */
function avatar(random, size) {
  const [hue, id] = [random.whole(0, 359), random.whole(0, 1e9).toString(36)];
  const initials = person(random).replace(/[^A-Z]/g, '');
  const face = random.chance(0.5)
    ? `<text x="20" y="26" text-anchor="middle" font-size="16" fill="#fff" font-family="DejaVu Sans">
      ${initials}</text>`
    : `<circle cx="20" cy="16" r="7" fill="#fff" opacity=".9"/>
      <ellipse cx="20" cy="36" rx="14" ry="11" fill="#fff" opacity=".9"/>`;
  return `<svg width="${size}" height="${size}" viewBox="0 0 40 40"><linearGradient id="a${id}" x2="0" y2="1">
    <stop stop-color="hsl(${hue},70%,65%)"/><stop offset="1" stop-color="hsl(${hue + 25},65%,45%)"/></linearGradient>
    <clipPath id="c${id}"><circle cx="20" cy="20" r="20"/></clipPath><g clip-path="url(#c${id})">
    <rect width="40" height="40" fill="url(#a${id})"/>${face}</g></svg>`;
}

/** @param {Random} random */
function clock(random) {
  return `${random.whole(0, 23)}:${String(random.whole(0, 59)).padStart(2, '0')}`;
}

// The style of classic windows in the sixteen colours of old screens: bevels of hard edges, text without smoothing.

export const SIXTEEN = [
  ...['#000000', '#800000', '#008000', '#808000', '#000080', '#800080', '#008080', '#c0c0c0'],
  ...['#808080', '#ff0000', '#00ff00', '#ffff00', '#0000ff', '#ff00ff', '#00ffff', '#ffffff'],
];

export const BEVELS = `
    #view{background:#008080;font:11px "DejaVu Sans";color:#000}
    .window{position:absolute;background:#c0c0c0;padding:3px;
      box-shadow:inset -1px -1px #000,inset 1px 1px #fff,inset -2px -2px #808080}
    h3{margin:0 0 2px;height:18px;background:#000080;color:#fff;font:bold 11px/18px "DejaVu Sans";
      padding-left:4px}
    h3.off{background:#808080;color:#c0c0c0}
    h3 i{float:right;width:16px;height:14px;margin:2px 2px 0 0;background:#c0c0c0;color:#000;
      font:bold 10px/13px "DejaVu Sans";text-align:center}
    .up,h3 i{background:#c0c0c0;box-shadow:inset -1px -1px #000,inset 1px 1px #fff,inset -2px -2px #808080}
    .down{background:#fff;box-shadow:inset 1px 1px #808080,inset -1px -1px #fff,inset 2px 2px #000}
    .menu{height:18px;line-height:18px;padding-left:6px}
    .menu span{margin-right:14px}
    svg{shape-rendering:crispEdges}`;

/**
 * A window: its place as left, top, width and height.
 * @param {[number, number, number, number]} place
 * @param {string} name
 * @param {string} content
 * @param {boolean} active
 */
export function bevelledWindow([left, top, width, height], name, content, active = false) {
  return `<div class="window" style="left:${left}px;top:${top}px;width:${width}px;height:${height}px">
    <h3 class="${active ? '' : 'off'}">${name}<i>x</i><i>▫</i><i>_</i></h3>${content}</div>`;
}

/** @param {string[]} names */
export function menu(names) {
  return `<div class="menu">${names.map((name) => `<span><u>${name[0]}</u>${name.slice(1)}</span>`).join('')}</div>`;
}

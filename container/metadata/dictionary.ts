// What metadata of PNG files often say, as deflate's preset dictionary: bytes in it cost a reference instead of
// their letters. Part of the format: another dictionary, another packing marker (test/container/metadata pins its
// SHA-256). The parts that are used most stand last, near the data.
import { differencesOfCurves } from './curves.ts';
import { ascii, fixedArray, iccProfile, join, localized, numbers, parametricCurve, xyz } from './icc-tags.ts';
import { KNOWN_PROFILES, SRGB_PARAMETERS } from './known-profiles.ts';

/** sRGB as Little CMS builds it for GIMP, Krita and others: its date changes, so it has no number. */
const LITTLE_CMS = iccProfile(
  {
    module: 'lcms',
    version: 0x4400000,
    created: [2024, 1, 1, 0, 0, 0],
    platform: 'APPL',
    manufacturer: '',
    creator: 'lcms',
  },
  [
    ['desc', localized('GIMP built-in sRGB')],
    ['cprt', localized('Public Domain')],
    ['wtpt', xyz(0xf6d6, 0x10000, 0xd32d)],
    ['chad', fixedArray(0x10c42, 0x5de, -0xcdb, 0x793, 0xfd90, -0x45f, -0x25d, 0x3dc, 0xc06e)],
    ['rXYZ', xyz(0x6fa0, 0x38f5, 0x390)],
    ['bXYZ', xyz(0x249f, 0xf84, 0xb6c4)],
    ['gXYZ', xyz(0x6297, 0xb787, 0x18d9)],
    ['rTRC', parametricCurve(3, ...SRGB_PARAMETERS)],
    ['gTRC', 'rTRC'],
    ['bTRC', 'rTRC'],
    ['chrm', numbers('chrm', 0x30000, 0xa3d7, 0x547b, 0x4ccd, 0x999a, 0x2666, 0xf5c)],
    ['dmnd', localized('GIMP')],
    ['dmdd', localized('sRGB')],
  ],
);

/** Words of profiles, EXIF, XMP and text chunks; a zero byte for each '|'. */
const WORDS = [
  'sRGB built-in|No copyright, use freely|lcms generated|Copyright International Color Consortium|',
  'Adobe Photoshop Lightroom Classic (Windows)|Adobe Photoshop CC (Macintosh)|Canon EOS|NIKON CORPORATION|SONY|',
  'FUJIFILM|Apple|iPhone|samsung|Google|Pixel|ASCII|',
  '<?xpacket begin="\u00ef\u00bb\u00bf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/" ',
  'x:xmptk="XMP Core 6.0.0">\n <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n  ',
  '<rdf:Description rdf:about=""\n    xmlns:exif="http://ns.adobe.com/exif/1.0/"\n    ',
  'xmlns:tiff="http://ns.adobe.com/tiff/1.0/"\n    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"\n    ',
  'xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"\n    xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/',
  'ResourceEvent#"\n    xmlns:dc="http://purl.org/dc/elements/1.1/"\n    xmlns:xmp="http://ns.adobe.com/xap/1.0/">\n',
  '   <xmp:CreatorTool>Adobe Photoshop</xmp:CreatorTool>\n   <xmp:CreateDate>20</xmp:CreateDate>\n   ',
  '<xmp:ModifyDate>20</xmp:ModifyDate>\n   <dc:format>image/png</dc:format>\n   <exif:ColorSpace>1',
  '</exif:ColorSpace>\n   <exif:PixelXDimension></exif:PixelXDimension>\n   <exif:PixelYDimension>',
  '</exif:PixelYDimension>\n   <tiff:Orientation>1</tiff:Orientation>\n   <photoshop:ColorMode>3',
  '</photoshop:ColorMode>\n   <photoshop:ICCProfile>sRGB IEC61966-2.1</photoshop:ICCProfile>\n   ',
  '<xmpMM:InstanceID>xmp.iid:</xmpMM:InstanceID>\n   <xmpMM:DocumentID>xmp.did:</xmpMM:DocumentID>\n   ',
  '<xmpMM:History>\n    <rdf:Seq>\n     <rdf:li rdf:parseType="Resource">\n      <stEvt:action>saved',
  '</stEvt:action>\n     </rdf:li>\n    </rdf:Seq>\n   </xmpMM:History>\n   <dc:title><rdf:Alt><rdf:li ',
  'xml:lang="x-default"></rdf:li></rdf:Alt></dc:title>\n  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n',
  '                                                                                \n<?xpacket end="w"?>',
].join('');

/** A chunk as `condense` writes it: place, type, length below 128, data; the same signs. */
function chunk(place: number, type: string, data: Uint8Array): Uint8Array {
  return join(Uint8Array.of(place), ascii(type), Uint8Array.of(data.length), data);
}

function words(value: string): Uint8Array {
  return ascii(value.replaceAll('|', '\0'));
}

const textChunk = (place: number, value: string) => chunk(place, 'tEXt', words(value));
const DATE = '2020-01-01T00:00:00+00:00';

/** Chunks in the order in which the common writers put them. */
const CHUNKS = join(
  chunk(0, 'iTXt', words('XML:com.adobe.xmp|||||')),
  chunk(2, 'iCCP', join(words('Photoshop ICC profile||'), Uint8Array.of(0x48, 0x89, 6, 1))),
  chunk(2, 'iCCP', join(words('ICC Profile||'), Uint8Array.of(0x38, 0x8d, 6, 1))),
  chunk(2, 'iCCP', join(words('ICC profile||'), Uint8Array.of(0x28, 0x91, 6, 1))),
  chunk(0, 'eXIf', join(ascii('MM\0*\0\0\0\x08'), ascii('II*\0\x08\0\0\0'))),
  textChunk(0, 'Comment|Created with GIMP'),
  textChunk(0, 'Software|Adobe ImageReady'),
  textChunk(0, 'Software|gnome-screenshot'),
  textChunk(0, 'Software|www.inkscape.org'),
  textChunk(0, 'Software|Matplotlib version3, https://matplotlib.org/'),
  textChunk(0, 'Title|Author|Description|Copyright|Creation Time|Disclaimer|Warning|Source|'),
  chunk(0, 'tIME', Uint8Array.of(7, 0xe8, 1, 1, 0, 0, 0)),
  chunk(0, 'sBIT', Uint8Array.of(8, 8, 8, 8)),
  chunk(0, 'sRGB', Uint8Array.of(0)),
  chunk(0, 'gAMA', Uint8Array.of(0, 0, 0xb1, 0x8f)),
  chunk(0, 'cHRM', numbers('', 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000).subarray(4)),
  chunk(0, 'bKGD', Uint8Array.of(0, 0xff, 0, 0xff, 0, 0xff)),
  chunk(0, 'pHYs', Uint8Array.of(0, 0, 0x0b, 0x12, 0, 0, 0x0b, 0x12, 1)),
  chunk(0, 'pHYs', Uint8Array.of(0, 0, 0x0b, 0x13, 0, 0, 0x0b, 0x13, 1)),
  chunk(0, 'pHYs', Uint8Array.of(0, 0, 0x0e, 0xc3, 0, 0, 0x0e, 0xc3, 1)),
  chunk(0, 'pHYs', Uint8Array.of(0, 0, 0x0e, 0xc4, 0, 0, 0x0e, 0xc4, 1)),
  chunk(1, 'tIME', Uint8Array.of(7, 0xe8, 1, 1, 0, 0, 0)),
  textChunk(1, `date:create|${DATE}`),
  textChunk(1, `date:modify|${DATE}`),
  textChunk(1, `date:timestamp|${DATE}`),
  textChunk(1, 'exif:ColorSpace|1'),
  textChunk(1, 'exif:ExifOffset|exif:PixelXDimension|exif:PixelYDimension|exif:Orientation|1'),
  textChunk(1, 'icc:copyright|Copyright Apple Inc., 2022'),
  textChunk(1, 'icc:description|Display P3'),
  textChunk(1, 'icc:copyright|Copyright 2000 Adobe Systems Incorporated'),
  textChunk(1, 'icc:description|Adobe RGB (1998)'),
  join(Uint8Array.of(2), ascii('iCCP'), Uint8Array.of(5), words('icc||'), Uint8Array.of(0x78, 0xda, 0x29, 2)),
  textChunk(1, 'icc:copyright|Copyright (c) 1998 Hewlett-Packard Company'),
  textChunk(1, 'icc:description|sRGB IEC61966-2.1'),
  textChunk(1, 'icc:manufacturer|IEC http://www.iec.ch'),
  textChunk(1, 'icc:model|IEC 61966-2.1 Default RGB colour space - sRGB'),
);

/** Of the known profiles only the first of several that are nearly the same. */
export const DICTIONARY: Uint8Array = join(
  words(WORDS),
  ...[4, 3, 2].map((number) => KNOWN_PROFILES[number]),
  LITTLE_CMS,
  differencesOfCurves(KNOWN_PROFILES[0]),
  CHUNKS,
);

/**
 * Detects the format of a file by its first bytes, because its name may be wrong, and gives no decoder a format it is not meant
 * for.
 */

/** `video` is decoded by ffmpeg, all others by sharp. */
export type PictureFormat = 'png' | 'jpeg' | 'webp' | 'avif' | 'gif' | 'video'

/** Brands of the ISO base media format (ISO 14496-12) that are one picture, not a video. */
const STILL_BRANDS = new Set(['avif', 'mif1'])

/** Returns the format; null for everything that is not compared. */
export function formatOf(bytes: Buffer): PictureFormat | null {
  const text = (from: number, to: number) => bytes.toString('latin1', from, to)
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return isAnimatedPng(bytes) ? 'video' : 'png'
  if (text(0, 3) === '\xff\xd8\xff') return 'jpeg'
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'gif'
  if (text(0, 4) === 'RIFF') return riffFormat(text(8, 12))
  if (text(4, 8) === 'ftyp') return STILL_BRANDS.has(text(8, 12)) ? 'avif' : 'video'
  // Matroska and WebM, Ogg, MPEG program streams, QuickTime without a type.
  if (text(0, 4) === '\x1a\x45\xdf\xa3' || text(0, 4) === 'OggS' || text(0, 4) === '\x00\x00\x01\xba')
    return 'video'
  return ['moov', 'mdat', 'wide', 'free'].includes(text(4, 8)) ? 'video' : null
}

function riffFormat(kind: string): PictureFormat | null {
  if (kind === 'WEBP') return 'webp'
  return kind === 'AVI ' ? 'video' : null
}

/** Detects an `acTL` chunk before the first `IDAT`: sharp would decode only the first frame of such a file. */
function isAnimatedPng(bytes: Buffer): boolean {
  let at = 8
  while (at + 8 <= bytes.length) {
    const kind = bytes.toString('latin1', at + 4, at + 8)
    if (kind === 'acTL') return true
    if (kind === 'IDAT') return false
    at += 12 + bytes.readUInt32BE(at)
  }
  return false
}

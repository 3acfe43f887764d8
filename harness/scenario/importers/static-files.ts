/** Files that a page brings along: they are served from caches and by other machines, and load on them says nothing of a service. */

const EXTENSIONS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['styles', /\.css$/i],
  ['scripts', /\.(?:m?js|map|wasm)$/i],
  ['images', /\.(?:png|jpe?g|gif|svg|webp|avif|ico|bmp|cur)$/i],
  ['fonts', /\.(?:woff2?|ttf|otf|eot)$/i],
  ['media', /\.(?:mp[34]|webm|ogg|m4[av]|mov|avi|m3u8|ts)$/i],
]
const TYPES: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['styles', /^text\/css/i],
  ['scripts', /^(?:application|text)\/(?:x-)?(?:java|ecma)script|^application\/wasm/i],
  ['images', /^image\//i],
  ['fonts', /^(?:font\/|application\/(?:x-)?font)/i],
  ['media', /^(?:audio|video)\//i],
]
const RESOURCES = new Map([
  ['stylesheet', 'styles'],
  ['script', 'scripts'],
  ['image', 'images'],
  ['font', 'fonts'],
  ['media', 'media'],
])

/** Says which kind of static file it is; null for none. @param resourceType as browsers call it */
export function kindOfStaticFile(url: string, mimeType = '', resourceType = ''): string | null {
  const path = url.replace(/[?#].*$/s, '')
  const byResource = RESOURCES.get(resourceType)
  if (byResource !== undefined) return byResource
  const byType = TYPES.find(([, pattern]) => pattern.test(mimeType))
  return byType?.[0] ?? EXTENSIONS.find(([, pattern]) => pattern.test(path))?.[0] ?? null
}

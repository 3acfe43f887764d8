import * as assert from 'uvu/assert'

/** An element; `text` is what stands in it and in what it holds. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  text: string
}

const TOKEN =
  /<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>|<\/(?<end>[\w:-]+)\s*>|<(?<start>[\w:-]+)(?<attributes>(?:\s+[\w:-]+="[^"<]*")*)\s*(?<empty>\/?)>|(?<text>[^<]+)/y
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** The root of a document without comments and declarations of its own; fails where it is not well-formed XML 1.0. */
export function readXml(document: string): XmlElement {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML may not hold.
  assert.not.match(document, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
  const body = document.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, '')
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < body.length) {
    const at = TOKEN.lastIndex
    const { cdata, end, start, attributes = '', empty, text } = TOKEN.exec(body)?.groups ?? {}
    const inside = open[open.length - 1] as XmlElement
    if (start !== undefined) {
      const element = { name: start, attributes: attributesOf(attributes), children: [], text: '' }
      inside.children.push(element)
      if (empty === '') open.push(element)
    } else if (end !== undefined) assert.is(open.pop()?.name, end, `at ${at}`)
    else if (cdata !== undefined) for (const each of open) each.text += cdata
    else if (text !== undefined) for (const each of open) each.text += textOf(text)
    else throw new Error(`no XML at ${at}: ${body.slice(at, at + 60)}`)
  }
  assert.is(open.length, 1, 'every element is closed')
  assert.is(root.children.length, 1, 'there is one root')
  return root.children[0] as XmlElement
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    textOf(value),
  ])
  assert.is(new Set(pairs.map(([name]) => name)).size, pairs.length, `each attribute once: ${text}`)
  return Object.fromEntries(pairs)
}

function textOf(text: string): string {
  assert.not.match(text, ']]>')
  return text.replace(/&(#x?[\da-fA-F]+|\w+)?(;)?/g, (whole, name: string | undefined, end) => {
    const code = name?.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name?.slice(1))
    const character = name?.startsWith('#') ? String.fromCodePoint(code) : ENTITIES[name ?? '']
    assert.ok(end === ';' && character !== undefined, `${whole} is no entity`)
    return character as string
  })
}

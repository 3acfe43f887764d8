/** XML as a tree, read by a parser that expands no entities but the five of the language. */
import sax from 'sax'

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

/** More levels than any plan has that people or programs write. */
const LEVELS_MAX = 500

/** XML that cannot be read, with its line. */
export class UnreadableXml extends Error {
  override readonly name = 'UnreadableXml'
}

interface Building {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

/** @throws UnreadableXml */
export function parseXml(source: string): Element {
  const root: Building = { name: '', attributes: {}, children: [], text: '' }
  const open: Building[] = [root]
  const xml = sax.parser(true, { position: true })
  const failed = (message: string) => new UnreadableXml(`line ${xml.line + 1}: ${message}`)
  xml.onerror = (error) => {
    throw failed(error.message.split('\n')[0] ?? '')
  }
  xml.ondoctype = () => {
    throw failed('it has a document type, and no plan has one')
  }
  xml.onopentag = ({ name, attributes }) => {
    if (open.length > LEVELS_MAX) throw failed(`it has more than ${LEVELS_MAX} levels`)
    open.push({ name, attributes: attributes as Record<string, string>, children: [], text: '' })
  }
  xml.ontext = (text) => {
    const last = open.at(-1)
    if (last !== undefined) last.text += text
  }
  xml.oncdata = xml.ontext
  xml.onclosetag = () => {
    const made = open.pop() as Building
    open.at(-1)?.children.push(made)
  }
  xml.write(source).close()
  const [element] = root.children
  if (element === undefined) throw failed('it holds no element')
  return element
}

/** The text of a property: `<stringProp name="HTTPSampler.path">/</stringProp>`; '' for none. */
export function propertyOf({ children }: Element, name: string): string {
  return children.find((child) => child.attributes['name'] === name)?.text ?? ''
}

/** The elements of a collection: `<collectionProp name="Arguments.arguments">`. */
export function collectionOf({ children }: Element, name: string): readonly Element[] {
  return children.find((child) => child.attributes['name'] === name)?.children ?? []
}

/** An element with this name among the properties. */
export function elementProperty({ children }: Element, name: string): Element | null {
  return children.find((child) => child.attributes['name'] === name) ?? null
}

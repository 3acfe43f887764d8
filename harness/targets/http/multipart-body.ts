/** Bodies of several parts (`multipart/form-data`, RFC 7578): text with variables beside files. */
import { type MakeTemplate, Template, type VariableLookup } from '../../base/template.ts'

/** The bytes of a file, in base64 as a plan holds them, or as code has them. */
export type PartContent =
  | string
  | Uint8Array
  | { readonly base64: string; readonly name?: string | undefined; readonly type?: string | undefined }
  | { readonly bytes: Uint8Array; readonly name?: string | undefined; readonly type?: string | undefined }

/** Fields by name; a list is a field that is there several times. */
export type Parts = Readonly<Record<string, PartContent | readonly PartContent[]>>

/** The same for all requests: bytes need not be searched for a boundary that nobody writes. */
const BOUNDARY = 'proofload-7d1f4c0a9be24e5c8a36'
export const MULTIPART_TYPE = `multipart/form-data; boundary=${BOUNDARY}`

/** A body whose text may change, between bytes that do not. */
export class MultipartBody {
  readonly #pieces: readonly (Template | Uint8Array)[]
  /** The whole body where nothing in it changes. */
  readonly constant: Buffer | null

  constructor(parts: Parts, make: MakeTemplate) {
    const fields = Object.entries(parts).flatMap(([name, content]) =>
      (isList(content) ? content : [content]).map((each) => [name, each] as const),
    )
    this.#pieces = [
      ...fields.flatMap(([name, content]) => piecesOf(name, content, make)),
      Template.of(`--${BOUNDARY}--\r\n`),
    ]
    const isConstant = this.#pieces.every((piece) => piece instanceof Uint8Array || piece.constant !== null)
    this.constant = isConstant ? this.#rendered(() => undefined) : null
  }

  /** @throws UnsetVariable */
  render(variables: VariableLookup): Buffer {
    return this.constant ?? this.#rendered(variables)
  }

  #rendered(variables: VariableLookup): Buffer {
    return Buffer.concat(
      this.#pieces.map((piece) =>
        piece instanceof Uint8Array ? piece : Buffer.from(piece.render(variables)),
      ),
    )
  }
}

function isList(content: Parts[string]): content is readonly PartContent[] {
  return Array.isArray(content)
}

function piecesOf(name: string, content: PartContent, make: MakeTemplate): (Template | Uint8Array)[] {
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${quotable(name)}"`
  if (typeof content === 'string') return [Template.of(`${head}\r\n\r\n`), make(content), Template.of('\r\n')]
  const { bytes, name: fileName = 'file', type = 'application/octet-stream' } = fileOf(content)
  return [
    Template.of(`${head}; filename="${quotable(fileName)}"\r\nContent-Type: ${type}\r\n\r\n`),
    bytes,
    Template.of('\r\n'),
  ]
}

function fileOf(content: Exclude<PartContent, string>) {
  if (content instanceof Uint8Array) return { bytes: Buffer.from(content) }
  if ('bytes' in content) return { ...content, bytes: Buffer.from(content.bytes) }
  return { name: content.name, type: content.type, bytes: Buffer.from(content.base64, 'base64') }
}

/** As browsers write it: a quote or a line end would end the name. */
function quotable(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

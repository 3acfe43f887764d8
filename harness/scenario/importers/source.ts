/** The file that is imported: its text, and its value where it is JSON, YAML or XML. */
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { HarnessError, messageOf } from '../../base/errors.ts'
import { requireShallow } from '../../base/parse-json.ts'
import { formatBytes } from '../../base/units.ts'
import { readRegularTextSync } from '../../system/files.ts'

/** Parsed, YAML takes some forty times the memory of its text. */
const YAML_BYTES_MAX = 16 * 1024 ** 2

/** Longer files beside an imported one are no rows of data. */
const BESIDE_BYTES_MAX = 16 * 1024 ** 2

export class ImportSource {
  readonly file: string
  readonly text: string
  /** The folder that it lies in. */
  readonly folder: string
  readonly #outFolder: string
  #json: { readonly value: unknown } | null = null
  #yaml: { readonly value: unknown } | null = null

  /** @param file its path as it was given, for people @param outFolder the folder of the scenario */
  constructor(file: string, text: string, folder: string, outFolder = folder) {
    this.file = file
    this.text = text.replace(/^\ufeff/, '')
    this.folder = folder
    this.#outFolder = outFolder
  }

  /** The path of a file that this one names, as the scenario writes it. */
  pathForScenario(path: string): string {
    return relative(this.#outFolder, resolve(this.folder, path)).split(sep).join('/')
  }

  /** Reads a file that this one names; null when there is none below its folder. */
  readBeside(path: string): string | null {
    const from = relative(this.folder, resolve(this.folder, path))
    if (from.startsWith('..') || isAbsolute(from)) return null
    try {
      return readRegularTextSync(resolve(this.folder, from), { bytesMax: BESIDE_BYTES_MAX })
    } catch {
      // Not there, or nothing that could be read: whoever asks says so.
      return null
    }
  }

  /** Begins of the text, for a first look. */
  get head(): string {
    return this.text.slice(0, 4096).trimStart()
  }

  /** Tells a text that can only be JSON. */
  get looksLikeJson(): boolean {
    return /^[[{]/.test(this.head)
  }

  /** @throws HarnessError IMPORT_INVALID with the place that is no JSON */
  json(): unknown {
    this.#json ??= { value: this.#parsedJson() }
    return this.#json.value
  }

  /** The value of YAML or JSON. @throws HarnessError IMPORT_INVALID with the place that is neither */
  document(): unknown {
    if (this.looksLikeJson) return this.json()
    this.#yaml ??= { value: this.#parsedYaml() }
    return this.#yaml.value
  }

  /** Makes the error of a file that cannot be imported. */
  invalid(problem: string, hint: string, cause?: unknown): HarnessError {
    return new HarnessError('IMPORT_INVALID', `${this.file} ${problem}`, { hint, cause })
  }

  #parsedJson(): unknown {
    try {
      requireShallow(this.text)
      return JSON.parse(this.text)
    } catch (cause) {
      const isCut = /unexpected end|unterminated/i.test(messageOf(cause))
      throw this.invalid(
        isCut ? `ends in the middle of its JSON (${this.#size})` : `is not valid JSON: ${messageOf(cause)}`,
        isCut ? 'The file was cut off: save or download it again.' : 'Export the file again.',
        cause,
      )
    }
  }

  #parsedYaml(): unknown {
    if (this.text.length > YAML_BYTES_MAX)
      throw this.invalid(
        `is YAML of ${this.#size}, more than ${formatBytes(YAML_BYTES_MAX)}`,
        'Export it as JSON, or leave out what is not to be loaded.',
      )
    const lines = new LineCounter()
    const parsed = parseDocument(this.text, { lineCounter: lines, prettyErrors: false, merge: true })
    const [error] = parsed.errors
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0])
      throw this.invalid(`is not valid YAML: line ${line}, column ${col}: ${error.message}`, 'Fix that line.')
    }
    try {
      return parsed.toJS()
    } catch (cause) {
      throw this.invalid(`is not valid YAML: ${messageOf(cause)}`, 'Resolve its aliases.', cause)
    }
  }

  get #size(): string {
    return formatBytes(Buffer.byteLength(this.text))
  }
}

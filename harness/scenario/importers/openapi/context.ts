/** An operation of an OpenAPI document, and what is known around it. */
import type { Json } from '../../environments.ts'
import type { ImportReport } from '../report.ts'
import type { Data } from './data.ts'
import type { References } from './references.ts'

/** An operation where it stands. */
export interface Operation {
  readonly method: string
  /** As the document writes it: `/pets/{petId}`. */
  readonly path: string
  readonly settings: Json
  /** Parameters of the path, which all its operations have. */
  readonly shared: unknown
}

/** The document that operations stand in. */
export interface OperationContext {
  readonly document: Json
  readonly references: References
  readonly data: Data
  readonly server: string | null
  readonly report: ImportReport
}

import { Template } from '../../base/template.ts'
import type { Written } from '../../base/written.ts'
import type { Answer, Perform, PerformOptions } from '../../ports/target.ts'
import { FileRequest } from './request.ts'
import { type FsRequest, fsRequestSchema, OPERATIONS } from './schema.ts'

/** The client that code journeys call, one an agent. Every operation is recorded, and resolves whatever became of it. */
export class FsClient {
  readonly #perform: Perform

  constructor(perform: Perform) {
    this.#perform = perform
  }

  /**
   * Performs one operation: `target.run({ read: { path: 'a' } })`. Without a `step` it is recorded under the name of the operation.
   * @throws HarnessError SCENARIO_INVALID for a path that leaves the root, ZodError for what is no operation
   */
  run(operation: Written<typeof fsRequestSchema>, options?: Partial<PerformOptions>): Promise<Answer> {
    const request: FsRequest = fsRequestSchema.parse(operation)
    const step = OPERATIONS.find((name) => request[name] !== undefined) ?? ''
    return this.#perform(new FileRequest(request, Template.ofCode), { step, ...options })
  }
}

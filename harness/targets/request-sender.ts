import type { Answer, Perform, PerformOptions } from '../ports/target.ts'

/** Sends a request of code as steps write it; resolves whatever became of it. */
export type SendRequest<Request> = (request: Request, options?: Partial<PerformOptions>) => Promise<Answer>

/** Makes what the driver sends for a request of code, and its name unless it has one. @throws ZodError when no step could ask for it */
export type PrepareRequest<Request> = (
  request: Request,
  step: string | undefined,
) => { readonly request: unknown; readonly step: string }

/** Creates the way by which the client of an agent sends its requests. */
export function requestSender<Request>(
  perform: Perform,
  prepare: PrepareRequest<Request>,
): SendRequest<Request> {
  return (written, options = {}) => {
    const { request, step } = prepare(written, options.step)
    return perform(request, { ...options, step })
  }
}

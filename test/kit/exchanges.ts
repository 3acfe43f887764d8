import type { Exchange } from '../../harness/ports/target.ts'

/** An exchange that was answered with 200 and an empty body, and what a test changes about it. */
export function anExchange(
  changes: Omit<Partial<Exchange>, 'body' | 'header'> & {
    readonly body?: string
    readonly headers?: Readonly<Record<string, string>>
  } = {},
): Exchange {
  const { body = '', headers = {}, ...rest } = changes
  return {
    agent: 0,
    request: null,
    variables: () => undefined,
    timeouts: { connectMs: 1, firstByteMs: 1, totalMs: 1 },
    keepAnswer: true,
    connectMs: 0,
    step: 'step',
    intendedMs: 0,
    sentMs: 1,
    firstByteMs: 2,
    doneMs: 3,
    ownWaitMs: 0,
    traceNumber: 0,
    status: 200,
    bytesSent: 10,
    bytesReceived: 100,
    errorKind: 0,
    errorText: '',
    items: 0,
    acknowledged: true,
    measure: () => undefined,
    addComponent: () => undefined,
    settle: () => undefined,
    ...rest,
    header: (name) => headers[name],
    body: Buffer.from(body),
  }
}

import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A mail as a mail server got it. */
export interface Mail {
  readonly from: string
  readonly to: readonly string[]
  /** As it came: head and parts. */
  readonly source: string
}

export interface MailServerBehaviour {
  /** What it says it can, in answer to EHLO. */
  readonly extensions?: readonly string[]
  /** Answer to RCPT TO. */
  readonly recipient?: string
  /** Command that it never answers. */
  readonly silentAt?: string
}

/** As much of a mail server as it takes to get a mail (RFC 5321). */
export class MailServer {
  readonly mails: Mail[] = []
  /** User and password of every login. */
  readonly logins: string[] = []
  /** Whether it got to the command that it never answers. */
  isSilent = false
  readonly #behaviour: MailServerBehaviour
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((socket) => this.#converse(socket))

  constructor(behaviour: MailServerBehaviour) {
    this.#behaviour = behaviour
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Connections open now. */
  get connectionCount(): number {
    return this.#sockets.size
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #converse(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.write('220 stub ESMTP\r\n')
    let text = ''
    let from = ''
    let to: string[] = []
    let isData = false
    const onPart = (part: string): string | null => {
      if (isData) {
        isData = false
        this.mails.push({ from, to, source: part })
        return '250 taken'
      }
      const [verb = ''] = part.toUpperCase().split(/[ :]/)
      if (verb === 'MAIL') [from, to] = [part, []]
      if (verb === 'RCPT') to.push(part)
      const answer = this.#answerTo(verb, part)
      isData = verb === 'DATA'
      return answer
    }
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
      for (;;) {
        const mark = isData ? '\r\n.\r\n' : '\r\n'
        const end = text.indexOf(mark)
        if (end === -1) return
        const part = text.slice(0, end)
        text = text.slice(end + mark.length)
        const answer = onPart(part)
        if (answer !== null) socket.write(`${answer}\r\n`)
      }
    })
  }

  #answerTo(verb: string, line: string): string | null {
    const { extensions = [], recipient = '250 ok', silentAt } = this.#behaviour
    if (verb === silentAt) {
      this.isSilent = true
      return null
    }
    if (verb === 'EHLO')
      return [...['stub', ...extensions].map((name) => `250-${name}`), '250 OK'].join('\r\n')
    if (verb === 'AUTH') {
      this.logins.push(Buffer.from(line.split(' ')[2] ?? '', 'base64').toString('utf8'))
      return '235 welcome'
    }
    if (verb === 'RCPT') return recipient
    return { MAIL: '250 ok', DATA: '354 go on', QUIT: '221 bye' }[verb] ?? '500 what?'
  }
}

/** A mail server that is gone after the body. */
export async function withMailServer(
  behaviour: MailServerBehaviour,
  body: (server: MailServer) => Promise<void>,
): Promise<void> {
  const server = new MailServer(behaviour)
  await server.start()
  try {
    await body(server)
  } finally {
    await server.stop()
  }
}

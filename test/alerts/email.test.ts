import * as assert from 'uvu/assert'
import { HarnessError, messageOf } from '../../harness/base/errors.ts'
import { aChannel, aHostileAlert, anAlert, resolved, sendOnce } from '../kit/alerts.ts'
import { type Mail, type MailServerBehaviour, withMailServer } from '../kit/mail-server.ts'
import { closedPort } from '../kit/raw-server.ts'
import { describe } from '../kit/suite.ts'

const PLACE = {
  host: '127.0.0.1',
  security: 'none',
  from: 'Proofload <p@example.org>',
  to: ['a@example.org', 'b@example.org'],
}

/** A header, unfolded. */
function headerOf({ source }: Mail, name: string): string | undefined {
  const [head = ''] = source.split('\r\n\r\n')
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2)
}

/** The text and the HTML part, decoded. */
function partsOf({ source }: Mail): Record<'text' | 'html', string> {
  const part = (type: string) => {
    const start = source.indexOf(`Content-Type: ${type}`)
    const [head = '', ...content] = source.slice(start, source.indexOf('\r\n--', start)).split('\r\n\r\n')
    const text = content.join('\r\n\r\n')
    return /quoted-printable/.test(head) ? unquoted(text) : text.replaceAll('\r\n', '\n')
  }
  return { text: part('text/plain'), html: part('text/html') }
}

function unquoted(text: string): string {
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8').replaceAll('\r\n', '\n')
}

/** Message of the rejection by a server that behaves so. */
async function rejectionBy(behaviour: MailServerBehaviour, settings: object): Promise<string> {
  let message = 'was taken'
  await withMailServer(behaviour, async ({ port, mails }) => {
    try {
      await sendOnce(aChannel('email', { ...PLACE, port, ...settings }), anAlert())
    } catch (error) {
      assert.instance(error, HarnessError)
      assert.is((error as HarnessError).code, 'ALERT_FAILED')
      message = messageOf(error)
    }
    assert.is(mails.length, 0)
  })
  return message
}

describe('The email channel', (test) => {
  test('sends text and HTML to all', () =>
    withMailServer({}, async ({ port, mails }) => {
      await sendOnce(aChannel('email', { ...PLACE, port }), anAlert())

      const mail = mails[0]!
      assert.equal(
        [mail.from, ...mail.to],
        ['MAIL FROM:<p@example.org>', 'RCPT TO:<a@example.org>', 'RCPT TO:<b@example.org>'],
      )
      assert.is(headerOf(mail, 'from'), 'Proofload <p@example.org>')
      assert.is(
        headerOf(mail, 'subject'),
        '[proofload] CRITICAL checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s',
      )
      assert.is(headerOf(mail, 'auto-submitted'), 'auto-generated')
      assert.match(headerOf(mail, 'content-type') ?? '', 'multipart/alternative')
      const { text, html } = partsOf(mail)
      assert.is(
        text.trim(),
        [
          'CRITICAL checkout: p99(response_time) < 100ms is firing: 182ms over the last 10s',
          '',
          'objective: p99(response_time) < 100ms',
          'observed: 182ms',
          'bound: < 100ms',
          'samples: 4,310',
          'owner: team-pay',
          'runbook: https://runbooks.example.org/checkout?step=1',
          'run: run-1',
          'correlation id: c-7',
          'at: 2026-11-21T09:30:05.120Z',
          'component: llm',
        ].join('\n'),
      )
      assert.match(html, '<h2>CRITICAL checkout</h2>\n<p>checkout: p99(response_time) &lt; 100ms is firing')
      assert.match(html, '<th align="left">observed</th><td>182ms</td>')
      assert.match(html, '<a href="https://runbooks.example.org/checkout?step=1">Runbook</a>')
    }))

  test('gives every attempt at an alert the same id, and another when it is over', () =>
    withMailServer({}, async ({ port, mails }) => {
      const alert = anAlert()
      await sendOnce(aChannel('email', { ...PLACE, port }), alert, alert, resolved(alert))

      const [first, second, third] = mails.map((mail) => headerOf(mail, 'message-id'))
      assert.match(first ?? '', /^<[0-9a-f]{32}@proofload\.invalid>$/)
      assert.is(first, second)
      assert.is.not(first, third)
      assert.match(headerOf(mails[2]!, 'subject') ?? '', /^\[proofload\] RESOLVED checkout/)
    }))

  test('lets nothing of an alert be markup, a header or a recipient', () =>
    withMailServer({}, async ({ port, mails }) => {
      await sendOnce(aChannel('email', { ...PLACE, port }), aHostileAlert())

      const mail = mails[0]!
      const { text, html } = partsOf(mail)
      assert.is(mail.to.length, 2)
      assert.is(headerOf(mail, 'bcc'), undefined)
      assert.not.match(html, /<script|<!channel|href=/)
      assert.match(html, '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;')
      assert.match(html, '&amp;amp;')
      assert.not.match(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u)
    }))

  test('logs in', () =>
    withMailServer({ extensions: ['AUTH PLAIN'] }, async ({ port, mails, logins }) => {
      await sendOnce(aChannel('email', { ...PLACE, port, user: 'me', password: 'pw' }), anAlert())

      assert.equal(logins, ['\0me\0pw'])
      assert.is(mails.length, 1)
    }))

  test('says nothing, the password least of all, to a server without encryption unless told to', async () => {
    const login = { user: 'me', password: 'pw' }
    const message = await rejectionBy({ extensions: ['AUTH PLAIN'] }, { security: 'starttls', ...login })

    assert.match(message, /^127\.0\.0\.1 did not accept the mail: /)
  })

  test('is rejected when no recipient is taken, with what the server said, made harmless', async () => {
    const message = await rejectionBy({ recipient: '550 no such user \u001b[2J' }, {})

    assert.match(message, '550 no such user \\u{1b}[2J')
  })

  test('is rejected when nobody listens', async () => {
    const message = await rejectionBy({}, { port: await closedPort() })

    assert.match(message, /did not accept the mail: .*ECONNREFUSED/)
  })

  test('hangs up on a silent server when its time is up', () =>
    withMailServer({ silentAt: 'DATA' }, async (server) => {
      const limit = new AbortController()
      const channel = aChannel('email', { ...PLACE, port: server.port })
      const rejected = channel.send(anAlert(), limit.signal).catch(messageOf)
      while (!server.isSilent) await new Promise((resolve) => setTimeout(resolve, 5))
      limit.abort()

      assert.is(await rejected, '127.0.0.1 did not accept the mail in time')
      while (server.connectionCount > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }))
})

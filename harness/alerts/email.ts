/** Sends alerts by SMTP, as text and as HTML. */
import { z } from 'zod'
import { HarnessError, messageOf } from '../base/errors.ts'
import { lookUp } from '../base/names.ts'
import { visible } from '../base/visible.ts'
import type { Alert } from '../model/alert.ts'
import type { AlertChannelPlugin } from '../ports/alert-channel.ts'
import { key, mailAddress } from './config.ts'
import { clip, digestOf, factsOf, headlineOf, linkOf, statusWord } from './text.ts'

const SUBJECT_CHARS_MAX = 200
const ANSWER_CHARS_MAX = 200
/** The time limit of each reply of the server. The caller stops waiting earlier; this one closes the socket. */
const SILENT_MS_MAX = 5_000
const PORTS = { tls: 465, starttls: 587, none: 25 } as const
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const configSchema = z
  .strictObject({
    host: z.string().min(1, 'not empty').describe('Host name of the mail server'),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('Port of the mail server. Default: 465 for tls, 587 for starttls, 25 for none.'),
    security: z
      .enum(['tls', 'starttls', 'none'])
      .default('starttls')
      .describe(
        'tls: from the first byte; starttls: upgrade before login and mail; none: for a relay nearby',
      ),
    user: key.optional().describe('User name of the login'),
    password: key.optional().describe('Password of the login, usually {{secret.NAME}}'),
    from: mailAddress.describe('Sender'),
    to: z.array(mailAddress).min(1, 'at least one address').describe('Who is told'),
  })
  .refine(
    ({ user, password }) => (user === undefined) === (password === undefined),
    'user and password, or neither',
  )
  .describe('Mail')
type EmailConfig = z.output<typeof configSchema>

/** The `email` plugin. */
export const emailAlerts: AlertChannelPlugin = {
  name: 'email',
  summary: 'mail by SMTP',
  configSchema,
  create(config) {
    const { from, to, ...server } = config as EmailConfig
    return {
      async send(alert, signal) {
        // Imported only to send mail, or every command would take longer to start.
        const { createTransport } = await import('nodemailer')
        try {
          await createTransport(connectionFor(server)).sendMail({ from, to, ...messageFor(alert), signal })
        } catch (cause) {
          throw failure(server.host, signal, cause)
        }
      },
      close: () => Promise.resolve(),
    }
  },
}

function connectionFor({ host, port, security, user, password }: Omit<EmailConfig, 'from' | 'to'>) {
  return {
    host,
    port: port ?? PORTS[security],
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: SILENT_MS_MAX,
    greetingTimeout: SILENT_MS_MAX,
    socketTimeout: SILENT_MS_MAX,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
  }
}

function failure(host: string, signal: AbortSignal, cause: unknown): HarnessError {
  const answer = clip(visible(messageOf(cause)), ANSWER_CHARS_MAX)
  const message = signal.aborted ? 'did not accept the mail in time' : `did not accept the mail: ${answer}`
  return new HarnessError('ALERT_FAILED', `${host} ${message}`, {
    cause,
    hint: 'Check host, port, security and login of the channel.',
  })
}

function messageFor(alert: Alert) {
  return {
    // The same id for every attempt at an alert, so that mailboxes show a repeated mail once.
    messageId: `<${digestOf(`${alert.dedupeKey}/${alert.status}/${alert.at}`)}@proofload.invalid>`,
    subject: clip(`[proofload] ${headlineOf(alert)}`, SUBJECT_CHARS_MAX),
    text: textFor(alert),
    html: htmlFor(alert),
    // Suppresses out-of-office replies (RFC 3834).
    headers: { 'auto-submitted': 'auto-generated' },
  }
}

function textFor(alert: Alert): string {
  const facts = factsOf(alert).map(([label, text]) => `${label}: ${text}`)
  return [headlineOf(alert), '', ...facts, ''].join('\n')
}

function htmlFor(alert: Alert): string {
  const rows = factsOf(alert).map(
    ([label, text]) => `<tr><th align="left">${escaped(label)}</th><td>${escaped(text)}</td></tr>`,
  )
  const link = linkOf(alert)
  return [
    `<h2>${escaped(`${statusWord(alert)} ${visible(alert.scenario)}`)}</h2>`,
    `<p>${escaped(visible(alert.summary))}</p>`,
    `<table>${rows.join('')}</table>`,
    ...(link === null ? [] : [`<p><a href="${escaped(link)}">Runbook</a></p>`]),
  ].join('\n')
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => lookUp(ENTITIES, character) ?? character)
}

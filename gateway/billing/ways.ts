import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Delivery, Destination, Outcome } from '../../rules/billing/delivery.ts'
import type { ChannelSecrets } from '../channels/secrets.ts'
import type { Clock } from '../core/clock.ts'
import type { NotifyConfig } from '../out/notify/config.ts'
import { type EmailOptions, messageId, sendLetter } from '../out/notify/email.ts'
import { plainly, type Why } from '../out/reader/row.ts'
import { sftpFolder } from '../out/sinks/sftp/far.ts'
import { sshKeys } from '../out/sinks/sftp/keys.ts'
import { placeWhole } from '../out/sinks/whole.ts'
import { targetOf } from '../outputs/sinks.ts'
import type { KeptBatch } from '../records/billing.ts'
import { writeDurably } from '../site/file.ts'
import type { Site } from '../site/site.ts'
import type { BillingDestination } from './schema.ts'

export interface WaysDeps {
  readonly clock: Clock
  readonly data: string
  readonly site: () => Site | null
  /** Of outputs: a delivery by SFTP has none of its own. */
  readonly outputSecrets: ChannelSecrets
  readonly notify: () => NotifyConfig
}
/** A file of a batch: the same name and the same bytes each time. */
export interface BatchFile {
  readonly name: string
  readonly bytes: Buffer
}
/** What a try has to go on. */
export interface Try {
  readonly delivery: Delivery
  readonly batch: KeptBatch
  readonly files: readonly BatchFile[]
  /** That file, or that address, has it: kept before the next is begun. */
  readonly done: (what: string) => void
  readonly signal: AbortSignal
}
export type Ways = ReturnType<typeof openWays>

const away = (code: string, detail = ''): Outcome => ({ kind: 'away', why: { code, detail } })
/** Until a person changes something it would be refused each time. */
const REFUSED: readonly string[] = ['name-taken', 'too-large', 'refused']
const outcomeOf = (why: Why | null): Outcome =>
  why === null ? { kind: 'sent' } : { kind: REFUSED.includes(why.code) ? 'refused' : 'away', why }

/** How a batch leaves the gateway: into a folder, to a host by SFTP, as a letter. Secrets are those of outputs and notices. */
export function openWays({ clock, data, site, outputSecrets, notify }: WaysDeps) {
  const all = (): readonly BillingDestination[] => site()?.billing.deliveries ?? []
  const fileOutput = (id: string) => {
    const found = site()?.outputs.find(o => o.id === id)
    return found?.kind === 'files' && found.sftp ? { ...found, sftp: found.sftp } : null
  }
  function whereOf(d: BillingDestination): string {
    if (d.kind === 'folder') return d.folder
    if (d.kind === 'email') return d.emails.join(', ')
    const output = fileOutput(d.output)
    return output ? targetOf(output) : d.output
  }
  const place = (d: BillingDestination): Destination => ({
    ...{ id: d.id, kind: d.kind, where: whereOf(d), groups: d.groups, formats: d.formats },
  })

  function intoFolder(d: Extract<BillingDestination, { kind: 'folder' }>, t: Try): Outcome {
    const path = isAbsolute(d.folder) ? d.folder : join(data, 'outputs', d.folder)
    // Only a folder of our own is made: under the name of a drive that is not there, it would hide that it is not.
    if (!isAbsolute(d.folder)) mkdirSync(path, { recursive: true })
    if (!existsSync(path)) return away('not-found', path)
    if (d.mounted && statSync(path).dev === statSync(dirname(resolve(path))).dev) return away('not-mounted', path)
    for (const file of t.files) {
      if (t.delivery.done.includes(file.name)) continue
      const why = placeWhole(path, file.name, file.bytes)
      if (why) return outcomeOf(why)
      t.done(file.name)
    }
    return { kind: 'sent' }
  }

  async function bySftp(d: Extract<BillingDestination, { kind: 'sftp' }>, t: Try): Promise<Outcome> {
    const output = fileOutput(d.output)
    if (!output) return away('no-output', d.output)
    const folder = join(data, 'billing', 'outgoing', d.id)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const left = t.files.filter(f => !t.delivery.done.includes(f.name))
    const token = createHash('sha256').update(`batches ${site()?.id} ${d.id}`).digest('hex').slice(0, 8)
    const keys = sshKeys(outputSecrets.folderOf(output.id))
    for (const { name, bytes } of left) writeDurably(join(folder, name), bytes)
    try {
      const far = sftpFolder({
        ...{ ...output.sftp, local: folder, keys, token, clock, password: outputSecrets.read(output.id).password },
        comment: `gatehouse-${site()?.id}-${output.id}`,
      })
      const why = await far.put(
        left.map(f => ({ local: f.name, name: f.name, bytes: f.bytes.length, only: true })),
        t.done,
        t.signal,
      )
      return outcomeOf(why)
    } finally {
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true })
    }
  }

  async function byEmail(d: Extract<BillingDestination, { kind: 'email' }>, t: Try): Promise<Outcome> {
    const channel = notify().channels.find(c => c.id === d.channel && c.kind === 'email')
    if (!channel) return away('no-channel', d.channel)
    const options = channel.options as unknown as EmailOptions
    const { id = '', name = { 'zh-CN': '', en: '' } } = site() ?? {}
    const { batch } = t
    const refused: string[] = []
    for (const email of d.emails) {
      if (t.delivery.done.includes(email)) continue
      const hash = createHash('sha256').update(JSON.stringify([id, batch.issued?.sha256, d.id, email.toLowerCase()]))
      const sent = await sendLetter(
        options,
        {
          ...letterOf(batch, name[options.language], options.language),
          ...{ sender: name[options.language], to: { name: '', email }, at: batch.issued?.at ?? 0 },
          // The same each time: a server that took it just before we were cut off can drop the second one.
          id: messageId(hash.digest('hex'), options.from),
          attachments: t.files.map(f => ({ filename: f.name, content: f.bytes })),
        },
        t.signal,
      )
      if (sent.why === null) t.done(email)
      // The others are sent theirs all the same.
      else if (sent.final) refused.push(`${email}: ${sent.why}`)
      else return away(sent.why === 'timeout' ? 'timeout' : 'mail', plainly(`${email}: ${sent.why}`))
    }
    return refused.length > 0
      ? { kind: 'refused', why: { code: 'mail', detail: plainly(refused.join('; ')) } }
      : { kind: 'sent' }
  }

  return {
    /** Where batches go as it is set up now. */
    places: (): readonly Destination[] => all().map(place),
    /** Of them, where new batches go. */
    open: (): readonly Destination[] =>
      all()
        .filter(d => d.enabled)
        .map(place),
    /** Never throws: what goes wrong is why it did not arrive. */
    async go(t: Try): Promise<Outcome> {
      const d = all().find(one => one.id === t.delivery.to)
      if (!d) return away('no-place', t.delivery.to)
      if (!d.enabled) return away('switched-off', d.id)
      try {
        if (d.kind === 'folder') return intoFolder(d, t)
        return await (d.kind === 'sftp' ? bySftp(d, t) : byEmail(d, t))
      } catch (error) {
        return away('disk', plainly(String((error as Error).message ?? error)))
      }
    },
  }
}

function letterOf(batch: KeptBatch, site: string, language: 'zh-CN' | 'en') {
  const { name, period, issued } = batch
  const totals = (issued?.totals ?? []).map(t => `  ${t.medium} ${t.register}: ${t.consumption} ${t.uom}`)
  if (language === 'zh-CN')
    return {
      subject: `[计费批次] ${site} ${period} 第 ${issued?.sequence} 号`,
      text: [
        ...[`${site} ${period} 的读数批次 ${name}，见附件。`, ''],
        ...[`顺序号：${issued?.sequence}`, `行数：${issued?.lines}`, '合计：', ...totals],
        ...[`批准：${issued?.by}`, `SHA-256：${issued?.sha256}`, ''],
        '附件内容相同，只是格式不同。请核对签名后入账，并把接收的各行发回确认。',
      ].join('\n'),
    }
  return {
    subject: `[Billing batch] ${site} ${period}, no. ${issued?.sequence}`,
    text: [
      ...[`The readings of ${site} for ${period}, batch ${name}, are attached.`, ''],
      ...[`Sequence: ${issued?.sequence}`, `Lines: ${issued?.lines}`, 'Totals:', ...totals],
      ...[`Approved by: ${issued?.by}`, `SHA-256: ${issued?.sha256}`, ''],
      'The attached files hold the same in several formats. Check the signature, and send back the lines that you took over.',
    ].join('\n'),
  }
}

import { useRef, useState } from 'react'
import { Link } from 'wouter'
import type { RegisterEntryView, RegisterLineView } from '../../../../gateway/http/contract.ts'
import { allFields, type Field, type Register } from '../../../../rules/register.ts'
import { lastDay } from '../../../../rules/registerdays.ts'
import { registerOf } from '../../../../rules/registers/all.ts'
import { useMe } from '../../api.ts'
import { formatWhen, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { photoPath, sendPhoto, useEntry, useLines, useWritten } from '../../registers.ts'
import { useText } from '../../text/index.ts'
import { Back } from '../Back.tsx'
import { Button, useRecordBlock } from '../Button.tsx'
import { Page } from '../Frame.tsx'
import { Icon } from '../Icon.tsx'
import { Loaded, Note, Refusal } from '../notes.tsx'
import { FactsForm, MoveForm } from './EntryForms.tsx'
import { Numbers } from './Numbers.tsx'
import { Related } from './Related.tsx'

/** One entry: what stands in it, what may be done with it, and what happened to it. */
export function EntryDetail({ register, no }: { readonly register: Register; readonly no: string }) {
  const { of } = useText()
  const query = useEntry(no)
  return (
    <Page title={query.data ? plain(query.data.title) : of(register.one)} sub={`${of(register.name)} · ${no}`}>
      <Loaded query={query} what={of(register.one)}>
        {entry => <Detail register={register} entry={entry} />}
      </Loaded>
    </Page>
  )
}

interface DetailProps {
  readonly register: Register
  readonly entry: RegisterEntryView
}
function Detail({ register, entry }: DetailProps) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const away = useRecordBlock()
  const written = useWritten()
  const [doing, setDoing] = useState<string | null>(null)
  const when = (time: string) => formatWhen(Date.parse(time), serverNow(), lang, zone)
  const fields = allFields(register).filter(f => f.kind !== 'photos' && f.kind !== 'counts')
  return (
    <>
      <div className="row wrap bar-h rg-x">
        <Back href={`/registers/${register.id}`}>{of(register.name)}</Back>
        <span className="ml row wrap">
          {register.slip ? (
            <Link href={`/registers/${register.id}/${entry.no}/slip`} className="btn">
              {t('registers.slip')}
            </Link>
          ) : null}
          <Button onClick={() => window.print()}>{t('registers.print')}</Button>
          {entry.mayEdit ? (
            <Button blocked={away} onClick={() => setDoing('')}>
              {t('registers.change')}
            </Button>
          ) : null}
        </span>
      </div>
      <section className="card" aria-label={entry.no}>
        <div className="card-h wrap">
          <h2 data-phase={entry.phase}>{of(entry.phaseName)}</h2>
          <span className="ml row wrap rg-x">
            {entry.moves.map((move, i) => (
              <Button key={move} primary={i === 0} blocked={away} data-move={move} onClick={() => setDoing(move)}>
                {of(register.moves[move]!.name)}
              </Button>
            ))}
          </span>
        </div>
        <div className="card-b col g3">
          {entry.overdue ? (
            <Note sort="medium" icon="warn" title={t('registers.late')}>
              {t('registers.lateSince', { day: lastDay(Date.parse(entry.dueAt!), zone) })}
            </Note>
          ) : null}
          {entry.demo ? <Note sort="plain">{t('registers.demoWhy')}</Note> : null}
          <dl className="rg-kv">
            {fields.map(f => {
              const text = written(f, entry.values[f.key])
              return text === '' ? null : (
                <div key={f.key}>
                  <dt>{of(f.name)}</dt>
                  <dd>
                    {f.kind === 'record' ? (
                      <Referred register={f.of!} no={text} />
                    ) : f.kind === 'equipment' ? (
                      <Link href={`/equipment/${encodeURIComponent(String(entry.values[f.key]))}`} className="link">
                        {text}
                      </Link>
                    ) : (
                      <bdi>{text}</bdi>
                    )}
                  </dd>
                </div>
              )
            })}
            {entry.dueAt ? (
              <div>
                <dt>{t('registers.due')}</dt>
                <dd>{lastDay(Date.parse(entry.dueAt), zone)}</dd>
              </div>
            ) : null}
            <div>
              <dt>{t('registers.madeBy')}</dt>
              <dd>
                <bdi>{plain(entry.by)}</bdi> · {when(entry.at)}
              </dd>
            </div>
          </dl>
          <Numbers register={register} entry={entry} />
          {register.fields
            .filter(f => f.kind === 'photos')
            .map(f => (
              <Photos key={f.key} entry={entry} field={f} />
            ))}
        </div>
      </section>
      <Related entry={entry} />
      <Lines register={register} entry={entry.id} />
      {doing === '' ? (
        <FactsForm register={register} entry={entry} onClose={() => setDoing(null)} onDone={() => setDoing(null)} />
      ) : null}
      {doing ? (
        <MoveForm
          register={register}
          entry={entry}
          move={doing}
          onClose={() => setDoing(null)}
          onDone={() => setDoing(null)}
        />
      ) : null}
    </>
  )
}

interface ReferredProps {
  readonly register: string
  readonly no: string
  /** Only its words: the page is not to be left. */
  readonly away?: boolean
}
/** Another entry that this one names, with its pictures: a signature is compared with its specimen. */
export function Referred({ register, no, away = false }: ReferredProps) {
  const found = useEntry(no).data
  const fields = registerOf(register)?.fields.filter(f => f.kind === 'photos') ?? []
  const words = [no, found ? plain(found.title) : ''].filter(w => w !== '').join(' · ')
  return (
    <div className="col g2">
      {away ? (
        <span>{words}</span>
      ) : (
        <Link href={`/registers/${register}/${no}`} className="link">
          {words}
        </Link>
      )}
      {found ? fields.map(f => <Photos key={f.key} entry={{ ...found, mayEdit: false }} field={f} />) : null}
    </div>
  )
}

/** The pictures of a field; more of them where that may still be changed. */
export function Photos({ entry, field }: { readonly entry: RegisterEntryView; readonly field: Field }) {
  const { t, of } = useText()
  const away = useRecordBlock()
  const input = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<unknown>(null)
  const files = (entry.values[field.key] ?? []) as readonly string[]
  if (files.length === 0 && !entry.mayEdit) return null
  const send = (file: File | undefined) => {
    setError(null)
    if (file) sendPhoto(entry.id, field.key, file).catch(setError)
  }
  return (
    <div className="col g2">
      <div className="row wrap">
        <b>{of(field.name)}</b>
        {entry.mayEdit ? (
          <Button small icon="camera" blocked={away} onClick={() => input.current?.click()}>
            {t('registers.addPhoto')}
          </Button>
        ) : null}
        <input
          ref={input}
          type="file"
          accept="image/*"
          hidden
          data-photo={field.key}
          onChange={event => send(event.target.files?.[0])}
        />
      </div>
      {files.length === 0 ? (
        <span className="dim">{t('registers.noPhotos')}</span>
      ) : (
        <div className="rg-pics">
          {files.map((file, i) => (
            <a key={file} href={photoPath(entry.id, file)} target="_blank" rel="noreferrer">
              <img src={photoPath(entry.id, file)} alt={`${of(field.name)} ${i + 1}`} />
            </a>
          ))}
        </div>
      )}
      <Refusal error={error} />
    </div>
  )
}

function Lines({ register, entry }: { readonly register: Register; readonly entry: string }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const written = useWritten()
  const query = useLines(entry)
  const fields = new Map(allFields(register).map(f => [f.key, f]))
  const name = (line: RegisterLineView): string => {
    const move = register.moves[line.action]
    if (move) return of(move.name)
    return line.action === 'overdue' ? t('registers.late') : t('registers.changed')
  }
  const said = (line: RegisterLineView): string =>
    Object.entries(line.given)
      .flatMap(([key, value]) => {
        const field = fields.get(key)
        const text = field ? written(field, value) : ''
        return field && text !== '' ? [`${of(field.name)} ${text}`] : []
      })
      .join(' · ')
  return (
    <section className="card" aria-label={t('registers.history')}>
      <div className="card-h">
        <h2>{t('registers.history')}</h2>
      </div>
      <div className="card-b">
        <Loaded query={query} what={t('registers.history')}>
          {list =>
            list.length === 0 ? (
              <span className="dim">{t('registers.noHistory')}</span>
            ) : (
              <ul className="exl">
                {list.toReversed().map(line => (
                  <li key={`${line.at}${line.action}`}>
                    <time dateTime={line.at}>{formatWhen(Date.parse(line.at), serverNow(), lang, zone)}</time>
                    <span>
                      {line.action === 'overdue' ? <Icon name="warn" /> : null} <b>{name(line)}</b>{' '}
                      <bdi>{[plain(line.by), said(line)].filter(w => w !== '').join(' · ')}</bdi>
                      {line.workorder ? (
                        <>
                          {' '}
                          <Link href={`/orders/${encodeURIComponent(line.workorder.id)}`} className="link">
                            {t('registers.order', { no: line.workorder.no })}
                          </Link>
                        </>
                      ) : null}
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </section>
  )
}

import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearch } from 'wouter'
import type { CredentialView, PassCode, PersonView } from '../../../gateway/http/contract.ts'
import { useCompanies, useCredentials, usePersons, useWorks } from '../access.ts'
import { call, useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Note } from '../parts/notes.tsx'
import { PersonPhoto } from '../parts/PersonPhoto.tsx'
import { Picture } from '../parts/ReportCode.tsx'
import { useText } from '../text/index.ts'
import '../badges.css'

const sizes = ['card', 'a4'] as const
type Size = (typeof sizes)[number]
/** One code each is asked for: a longer pile is printed in several goes. */
const MOST = 100

/** Passes on cards (CR80, 85.6 by 54 mm) or eight to a sheet of A4, printed by the browser. */
export default function Badges() {
  const { t } = useText()
  const search = new URLSearchParams(useSearch())
  const ids = search.get('ids')?.split(',') ?? []
  const works = search.get('works')
  const asked = ids.length > 0 || works !== null
  const [size, setSize] = useState<Size>('card')
  const credentials = useCredentials()
  const people = usePersons('')
  const all = (credentials.data ?? []).filter(
    c => c.phase === 'active' && c.class !== 'pin' && (ids.includes(c.id) || (works !== null && c.works === works)),
  )
  // As on the list of the firm: a pile is cut and laid out by number.
  const wanted = all.toSorted((a, b) => a.no.localeCompare(b.no)).slice(0, MOST)
  const codes = useQueries({
    queries: wanted.map(c => ({
      queryKey: ['pass-code', c.id],
      queryFn: () => call<PassCode>(`credentials/${c.id}/code`),
      enabled: c.class === 'qr-static',
    })),
  })
  const waiting = wanted.some((c, i) => c.class === 'qr-static' && codes[i]?.data === undefined)
  const bare = wanted.filter(c => people.data?.find(p => p.id === c.person)?.photo == null).length
  return (
    <Page title={t('badges.title')}>
      <section className="card badges-h">
        <div className="card-b row wrap">
          {sizes.map(one => (
            <Button key={one} small primary={one === size} aria-pressed={one === size} onClick={() => setSize(one)}>
              {t(`badges.${one}`)}
            </Button>
          ))}
          <Button
            primary
            className="ml"
            blocked={
              wanted.length === 0
                ? t('badges.none')
                : waiting
                  ? t('common.loading', { what: t('passes.showCode') })
                  : null
            }
            onClick={() => print()}
          >
            {t('badges.print', { n: wanted.length })}
          </Button>
        </div>
        {bare > 0 ? (
          <Note sort="medium" icon="warn">
            {t('badges.noPhotos', { n: bare })}
          </Note>
        ) : null}
        {all.length > MOST ? (
          <Note sort="medium" icon="warn">
            {t('badges.most', { most: MOST, n: all.length })}
          </Note>
        ) : null}
        <p className="dim badges-p">{t('badges.colours')}</p>
      </section>
      {wanted.length === 0 ? (
        <section className="card badges-h">
          <Empty icon="passes" title={t('badges.none')} why={t(asked ? 'badges.noneWhy' : 'badges.noneAsked')} />
        </section>
      ) : null}
      <div className={`badges ${size}`} hidden={wanted.length === 0}>
        {wanted.flatMap((c, i) => {
          const person = people.data?.find(p => p.id === c.person)
          const code = c.class === 'qr-static' ? codes[i]?.data?.code : c.no
          const given = { credential: c, person, code: code ?? null }
          return [
            <Badge key={c.id} {...given} duplicate={false} />,
            ...(c.duplicate === 'none' ? [] : [<Badge key={`${c.id} 2`} {...given} duplicate />]),
          ]
        })}
      </div>
    </Page>
  )
}

interface BadgeProps {
  readonly credential: CredentialView
  readonly person: PersonView | undefined
  readonly code: string | null
  readonly duplicate: boolean
}
/** Both languages stand on it whatever the page's is: who reads it at night may have either. */
function Badge({ credential: c, person, code, duplicate }: BadgeProps) {
  const { t } = useText()
  const { site } = useMe()
  const company = (useCompanies().data ?? []).find(one => one.id === person?.company)
  const works = (useWorks().data ?? []).find(one => one.id === c.works)
  const lines = [
    ['姓名 Name', person?.name ?? c.personName],
    ['工种 Trade', person?.trade ?? ''],
    ['单位 Firm', company?.name ?? ''],
    ['工地 Site', works?.name ?? ''],
    ['车牌 Plate', c.lease?.plate ?? ''],
    ['车位 Bay', c.lease?.bay ?? ''],
  ].filter(([, value]) => value?.trim())
  const [zh, en] = c.lease
    ? ['停车卡', 'Parking card']
    : person?.kind === 'contractor'
      ? ['临时出入证', 'Temporary pass']
      : ['出入证', 'Pass']
  return (
    <article className={`badge ${duplicate ? 'dup' : ''}`} data-badge={c.no} data-duplicate={duplicate}>
      <header style={{ '--firm': c.colour ?? '#ffffff' } as React.CSSProperties}>
        <b>
          {zh} <small>{en}</small>
        </b>
        <span>{duplicate ? '副本 · 交门岗 Duplicate' : '正本 Original'}</span>
      </header>
      <div className="badge-b">
        <PersonPhoto person={c.person} photo={person?.photo ?? null} name={c.personName} />
        <dl>
          {lines.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                <bdi>{plain(value ?? '')}</bdi>
              </dd>
            </div>
          ))}
        </dl>
        {code === null ? null : (
          <Picture text={code} label={t('passes.codeOf', { no: c.no, name: plain(c.personName) })} />
        )}
      </div>
      <footer>
        <b>至 Until {formatDay(Date.parse(c.validTo), site.timezone)}</b>
        <span className="mono">{c.no}</span>
      </footer>
    </article>
  )
}

import { useState } from 'react'
import { Link, useSearch } from 'wouter'
import type { CredentialView } from '../../../gateway/http/contract.ts'
import { useCompanies, useCredentials, usePersons, useWorks } from '../access.ts'
import { useMay } from '../api.ts'
import { byName, formatNumber } from '../format.ts'
import { Button, useRecordBlock } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { NewCompany, NewPerson, NewWorks } from '../parts/PassForms.tsx'
import { isHeld } from '../parts/passes/credentialdialogs.tsx'
import { PersonRow } from '../parts/passes/PersonRow.tsx'
import { WorksRow } from '../parts/passes/WorksRow.tsx'
import { useText } from '../text/index.ts'
import './doors.css'

/** People and what they hold: asked for by one, approved by another, taken back against pass and receipt. */
export default function Passes() {
  const { t, lang } = useText()
  // Whoever was looked for elsewhere is looked for here; another search from this page is another address.
  const asked = new URLSearchParams(useSearch()).get('q') ?? ''
  const [words, setWords] = useState(asked)
  const [was, setWas] = useState(asked)
  if (was !== asked) {
    setWas(asked)
    setWords(asked)
  }
  const [making, setMaking] = useState<'person' | 'company' | 'works' | null>(null)
  const persons = usePersons(words)
  const credentials = useCredentials()
  const companies = useCompanies().data ?? []
  const works = useWorks().data ?? []
  const away = useRecordBlock()
  const mayIssue = useMay('pass.issue')
  const blocked = away ?? (mayIssue ? null : t('passes.blockedRole'))
  const close = () => setMaking(null)
  const held = credentials.data ?? []
  return (
    <Page title={t('passes.title')} sub={t('passes.sub')}>
      <div className="col g3">
        <div className="row wrap">
          <a className="btn" href="/gate">
            {t('gate.open')}
          </a>
          <Link className="btn" href="/visits">
            {t('visits.title')}
          </Link>
        </div>
        <Figures credentials={held} />
        <section className="card" aria-label={t('passes.people')}>
          <div className="card-h wrap">
            <h2>{t('passes.people')}</h2>
            <Button small primary icon="plus" className="ml" blocked={blocked} onClick={() => setMaking('person')}>
              {t('passes.newPerson')}
            </Button>
            <input
              className="inp"
              type="search"
              aria-label={t('passes.search')}
              placeholder={t('passes.search')}
              value={words}
              onChange={event => setWords(event.target.value)}
            />
          </div>
          <Loaded query={persons} what={t('passes.people')}>
            {list =>
              list.length === 0 ? (
                <Empty icon="person" title={t('passes.nobody')} why={t('passes.nobodyWhy')} />
              ) : (
                <ul className="drs">
                  {list
                    .toSorted((a, b) => byName(lang)(a.name, b.name))
                    .map(person => (
                      <PersonRow
                        key={person.id}
                        person={person}
                        works={works}
                        company={companies.find(one => one.id === person.company)?.name ?? null}
                        held={held.filter(one => one.person === person.id)}
                      />
                    ))}
                </ul>
              )
            }
          </Loaded>
        </section>
        <section className="card" aria-label={t('passes.worksSites')}>
          <div className="card-h wrap">
            <h2>{t('passes.worksSites')}</h2>
            <span className="ml row">
              <Button small blocked={blocked} onClick={() => setMaking('company')}>
                {t('passes.newCompany')}
              </Button>
              <Button small blocked={blocked} onClick={() => setMaking('works')}>
                {t('passes.newWorks')}
              </Button>
            </span>
          </div>
          {works.length === 0 ? <Empty icon="orders" title={t('passes.noWorks')} why={t('passes.noWorksWhy')} /> : null}
          <ul className="drs">
            {works.map(one => (
              <WorksRow key={one.id} works={one} held={held.filter(c => c.works === one.id)} blocked={blocked} />
            ))}
          </ul>
        </section>
      </div>
      {making === 'person' ? <NewPerson companies={companies} onClose={close} /> : null}
      {making === 'company' ? <NewCompany onClose={close} /> : null}
      {making === 'works' ? <NewWorks companies={companies} onClose={close} /> : null}
    </Page>
  )
}

/** What the desk looks for first: who waits for approval, whose pass ran out and was not given back, money held, who is in. */
function Figures({ credentials }: { readonly credentials: readonly CredentialView[] }) {
  const { t, lang } = useText()
  const cents = credentials
    .filter(one => one.deposit !== null && one.refundedAt === null && one.phase !== 'refused')
    // In whole fen: money is not added up in floats.
    .reduce((sum, one) => sum + Math.round(Number(one.deposit) * 100), 0)
  const figures = [
    ['waiting', credentials.filter(one => one.phase === 'requested').length],
    ['unreturned', credentials.filter(one => isHeld(one) && one.expired).length],
    ['atGate', credentials.filter(one => one.duplicate === 'gate').length],
    ['deposits', `¥ ${formatNumber(cents / 100, lang, 2)}`],
  ] as const
  return (
    <section className="card">
      <ul className="drs-a">
        {figures.map(([name, value]) => (
          <li key={name}>
            {t(`passes.figure.${name}`)}
            <b className="ml">{value}</b>
          </li>
        ))}
      </ul>
    </section>
  )
}

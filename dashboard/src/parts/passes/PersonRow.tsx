import { useState } from 'react'
import type { CredentialView, PersonView, WorksView } from '../../../../gateway/http/contract.ts'
import { passesChanged } from '../../access.ts'
import { useMay } from '../../api.ts'
import { plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { CredentialRow } from './CredentialRow.tsx'
import { NewPass } from './NewPass.tsx'
import { PersonDialog } from './PersonDialog.tsx'
import { PhotoField } from './PhotoField.tsx'

interface PersonProps {
  readonly person: PersonView
  readonly company: string | null
  readonly works: readonly WorksView[]
  readonly held: readonly CredentialView[]
}
/** A person, and what he holds. */
export function PersonRow({ person, company, works, held }: PersonProps) {
  const { t } = useText()
  const [issuing, setIssuing] = useState(false)
  const [looking, setLooking] = useState(false)
  const away = useRecordBlock()
  const mayIssue = useMay('pass.issue')
  const blocked = away ?? (mayIssue ? null : t('passes.blockedRole'))
  return (
    <li className="dr" data-person={person.no}>
      <div className="row wrap">
        <PhotoField
          path={`people/${person.id}`}
          photo={person.photo}
          name={person.name}
          blocked={blocked}
          changed={passesChanged}
        />
        <b>
          <bdi>{plain(person.name)}</bdi>
        </b>
        <span className="dim">
          {t(`personKind.${person.kind}`)}
          {company === null ? '' : ` · ${plain(company)}`}
          {person.trade === '' ? '' : ` · ${plain(person.trade)}`}
          {person.idLast4 === null ? '' : ` · ${t('passes.idEnds', { last: person.idLast4 })}`}
        </span>
        {person.status === 'suspended' ? <span className="dr-m lockout">{t('passes.suspended')}</span> : null}
        <span className="ml row wrap">
          <span className="dim mono">{person.no}</span>
          <Button small onClick={() => setLooking(true)} aria-label={t('person.of', { name: plain(person.name) })}>
            {t('person.open')}
          </Button>
          <Button
            small
            icon="plus"
            blocked={blocked}
            onClick={() => setIssuing(true)}
            aria-label={t('passes.newPass', { name: plain(person.name) })}
          >
            {t('passes.issue')}
          </Button>
        </span>
      </div>
      {held.map(one => (
        <CredentialRow key={one.id} credential={one} account={person.account} />
      ))}
      {looking ? <PersonDialog person={person} company={company} onClose={() => setLooking(false)} /> : null}
      {issuing ? <NewPass person={person} works={works} onClose={() => setIssuing(false)} /> : null}
    </li>
  )
}

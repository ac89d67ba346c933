import { useMemo, useState } from 'react'
import { type Role, roles } from '../../../../rules/flow.ts'
import { type Right, rightsTable } from '../../../../rules/rights/table.ts'
import { type Subject, subjects } from '../../../../rules/rights/words.ts'
import { useMe } from '../../api.ts'
import { Field } from '../../parts/Dialog.tsx'
import { Empty } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import './permissions.css'

const found = (right: Right, typed: string): boolean =>
  typed === '' ||
  [right.id, ...Object.values(right.name)].some(word => word.toLowerCase().includes(typed.toLowerCase()))

/** Who may what: the table by which the gateway decides, to look at. */
export function Permissions() {
  const { t, of } = useText()
  const me = useMe()
  const all = useMemo(rightsTable, [])
  const [role, setRole] = useState<Role | ''>('')
  const [typed, setTyped] = useState('')
  const shown = all.filter(right => found(right, typed.trim()) && (role === '' || right.grants[role] !== 'no'))
  const columns = role === '' ? roles : [role]
  return (
    <section className="card perm">
      <div className="card-h">
        <h2>{t('permissions.title')}</h2>
        <span className="dim" role="status">
          {t('permissions.count', { n: shown.length, all: all.length })}
        </span>
      </div>
      <div className="card-b col g3">
        <p className="dim">{t('permissions.lead', { role: t(`role.${me.role}`) })}</p>
        <p className="cap">
          ✓ {t('permissions.yes')} · ◐ {t('permissions.some')}
        </p>
        <div className="row wrap">
          <Field label={t('people.role')}>
            <select className="inp" value={role} onChange={event => setRole(event.target.value as Role | '')}>
              <option value="">{t('permissions.every')}</option>
              {roles.map(one => (
                <option key={one} value={one}>
                  {t(`role.${one}`)}
                </option>
              ))}
            </select>
          </Field>
          <Field label={t('permissions.action')}>
            <input
              className="inp"
              type="search"
              maxLength={60}
              value={typed}
              onChange={event => setTyped(event.target.value)}
            />
          </Field>
        </div>
      </div>
      {shown.length === 0 ? (
        <Empty icon="lock" title={t('permissions.none')} why={t('permissions.noneWhy')} />
      ) : (
        <div className="scroll-x">
          <table className="tbl flow perm-t">
            <thead>
              <tr>
                <th scope="col">{t('permissions.action')}</th>
                {columns.map(one => (
                  <th key={one} scope="col">
                    {t(`role.${one}`)}
                  </th>
                ))}
              </tr>
            </thead>
            {(Object.keys(subjects) as Subject[]).map(subject => {
              const rights = shown.filter(right => right.subject === subject)
              return rights.length === 0 ? null : (
                <tbody key={subject}>
                  <tr>
                    <th className="perm-s wide" scope="rowgroup" colSpan={columns.length + 1}>
                      {of(subjects[subject])}
                    </th>
                  </tr>
                  {rights.map(right => (
                    <tr key={right.id}>
                      <th scope="row" title={right.id}>
                        {of(right.name)}
                      </th>
                      {columns.map(one => (
                        <Cell key={one} role={one} grant={right.grants[one]} />
                      ))}
                    </tr>
                  ))}
                </tbody>
              )
            })}
          </table>
        </div>
      )}
    </section>
  )
}

/** On a narrow screen the role stands in the cell, and cells without a right go. */
function Cell({ role, grant }: { readonly role: Role; readonly grant: Right['grants'][Role] }) {
  const { t } = useText()
  if (grant === 'no') return <td />
  return (
    <td className="perm-c">
      <span aria-hidden="true">{grant === 'yes' ? '✓' : '◐'}</span>
      <span className="perm-w">{t(`permissions.${grant}`)}</span>
      <span className="only-s"> {t(`role.${role}`)}</span>
    </td>
  )
}

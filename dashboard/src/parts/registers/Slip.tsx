import type { RegisterEntryView } from '../../../../gateway/http/contract.ts'
import type { Item, Register } from '../../../../rules/register.ts'
import { useMe } from '../../api.ts'
import { plain } from '../../format.ts'
import { useEntry, useWritten } from '../../registers.ts'
import { useText } from '../../text/index.ts'
import { Back } from '../Back.tsx'
import { Button } from '../Button.tsx'
import { Page } from '../Frame.tsx'
import { Loaded } from '../notes.tsx'
import { Picture } from '../ReportCode.tsx'

/** The slip on paper, in two parts: one for the gate, one for the desk [N60]; its number as a code to scan. */
export function Slip({ register, no }: { readonly register: Register; readonly no: string }) {
  const { t, of } = useText()
  const query = useEntry(no)
  return (
    <Page title={of(register.name)} sub={no}>
      <div className="row wrap bar-h rg-x">
        <Back href={`/registers/${register.id}/${no}`}>{no}</Back>
        <Button onClick={() => window.print()}>{t('registers.printSlip')}</Button>
      </div>
      <Loaded query={query} what={of(register.one)}>
        {entry => (
          <>
            <Part register={register} entry={entry} part={t('registers.partGate')} />
            <Part register={register} entry={entry} part={t('registers.partDesk')} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

interface PartProps {
  readonly register: Register
  readonly entry: RegisterEntryView
  readonly part: string
}
function Part({ register, entry, part }: PartProps) {
  const { t, of } = useText()
  const { site } = useMe()
  const written = useWritten()
  const items = (entry.values.items ?? []) as readonly Item[]
  const lines = register.fields.filter(f => f.kind !== 'items' && f.kind !== 'photos')
  return (
    <article className="rg-part" aria-label={part}>
      <div>
        <h2>
          {of(register.one)} <span className="mono">{entry.no}</span>
        </h2>
        <p>
          {of(site.name)} · {part} · <b>{of(entry.phaseName)}</b>
          {entry.demo ? ` · ${t('registers.demo')}` : ''}
        </p>
        <table>
          <tbody>
            {lines.map(f => {
              const text = written(f, entry.values[f.key])
              return text === '' ? null : (
                <tr key={f.key}>
                  <th>{of(f.name)}</th>
                  <td>
                    <bdi>{text}</bdi>
                  </td>
                </tr>
              )
            })}
            {items.map(item => (
              <tr key={item.name}>
                <th>
                  <bdi>{plain(item.name)}</bdi>
                </th>
                <td>
                  {item.quantity} {plain(item.unit)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="rg-qr">
        <Picture text={entry.no} label={entry.no} />
      </div>
      <div className="rg-sign">
        <span>{t('registers.signHolder')}</span>
        <span>{t('registers.signFloor')}</span>
        <span>{t('registers.signDesk')}</span>
        <span>{t('registers.signGate')}</span>
      </div>
    </article>
  )
}

import { Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Properties } from '@/api/types'
import { Empty } from '@/components/Empty'
import { propertiesMatch, valueText } from './model'

/** Names and values, sorted by name; with a search unless plain. */
export function PropertiesTable({ properties, plain = false }: { properties: Properties; plain?: boolean }) {
  const { t } = useTranslation('persons')
  const [words, setWords] = useState('')
  const rows = Object.entries(properties).sort(([a], [b]) => a.localeCompare(b)).filter(([name, value]) => propertiesMatch({ [name]: value }, words))
  if (Object.keys(properties).length === 0) return <Empty text={t('propertiesEmptyText')} title={t('propertiesEmpty')} />
  return (
    <>
      {!plain && <Input.Search allowClear aria-label={t('propertySearch')} placeholder={t('propertySearch')} value={words} onChange={(event) => setWords(event.target.value)} style={{ width: 260, marginBottom: 8 }} />}
      <table className="weir-properties">
        <thead className={plain ? 'weir-visually-hidden' : undefined}><tr><th scope="col">{t('property')}</th><th scope="col">{t('value')}</th></tr></thead>
        <tbody>{rows.map(([name, value]) => <tr key={name}><th scope="row">{name}</th><td>{valueText(value)}</td></tr>)}</tbody>
      </table>
    </>
  )
}

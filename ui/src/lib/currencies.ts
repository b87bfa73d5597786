/** Currencies on offer, by ISO 4217; a project may have any other through the API. */
export const currencies = [
  'CNY', 'USD', 'EUR', 'GBP', 'JPY', 'HKD', 'TWD', 'KRW', 'SGD', 'THB', 'VND', 'IDR', 'MYR', 'PHP', 'INR', 'AUD', 'CAD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'BRL', 'MXN', 'AED', 'SAR', 'TRY', 'ZAR',
].map((code) => ({ value: code, label: code }))

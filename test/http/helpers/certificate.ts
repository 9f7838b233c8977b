import { generate } from 'selfsigned';

/** Made at every run: of api.example.com and 203.0.113.7, by itself, so that nobody trusts it unasked. */
export const { cert, private: key } = await generate(
  [{ name: 'commonName', value: 'api.example.com' }],
  {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'api.example.com' },
          { type: 7, ip: '203.0.113.7' },
        ],
      },
    ],
  },
);

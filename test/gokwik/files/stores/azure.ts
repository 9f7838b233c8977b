import t from 'tap';
import { sign, textToSign } from '../../../../src/gokwik/files/stores/azure.ts';

t.test('what is signed is as in Microsoft’s examples', (t) => {
  // learn.microsoft.com, "Authorize with Shared Key": its examples of metadata and of a list.
  const metadata = new URL(
    'https://myaccount.blob.core.windows.net/mycontainer?comp=metadata&restype=container&timeout=20',
  );
  const headers = { 'x-ms-version': '2015-02-21', 'x-ms-date': 'Fri, 26 Jun 2015 23:39:12 GMT' };
  t.equal(
    textToSign(metadata, 'myaccount', headers),
    'GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20',
  );
  const list = new URL(
    'https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=list&include=snapshots&include=metadata&include=uncommittedblobs',
  );
  t.match(
    textToSign(list, 'myaccount', headers),
    /\n\/myaccount\/mycontainer\ncomp:list\ninclude:metadata,snapshots,uncommittedblobs\nrestype:container$/,
  );
  t.end();
});

t.test('with a SAS, nothing is signed', (t) => {
  const url = new URL('https://a.blob.core.windows.net/c?sv=2020-12-06&sig=x');
  const { headers } = sign(url, { account: 'a' }, {}, 0);
  t.same(Object.keys(headers).sort(), ['x-ms-date', 'x-ms-version']);
  t.end();
});

// Catches GoKwik's webhooks in a Google Sheet: each body becomes a row, as it came and unread. For Apps
// Script, bound to the Sheet, deployed as a web app that runs as you and that anyone may call.
//
// The script property RECEIVER_TOKEN is the secret part of the address: …/exec?token=TOKEN

/** A cell takes 50,000 signs; a longer body goes on in the next columns, which the connector joins. */
const MOST_SIGNS = 49000;
const MOST_BYTES = 1000000;
const HEADER = ['_received_at', 'raw_payload'];

/** @param {GoogleAppsScript.Events.DoPost} event */
function doPost(event) {
  // The HTML service answers with 200; what the content service answers is a redirect, which senders
  // do not follow.
  const answer = HtmlService.createHtmlOutput('');
  const token = PropertiesService.getScriptProperties().getProperty('RECEIVER_TOKEN') || '';
  if (!/^[\w.~-]{16,}$/.test(token)) {
    throw new Error(
      'The script property RECEIVER_TOKEN must have 16 random letters and digits or more.',
    );
  }
  if (digest(event.parameter.token || '') !== digest(token)) return answer;
  const body = event.postData ? event.postData.contents : '';
  if (body.length > MOST_BYTES) return answer;
  const pieces = [];
  for (let at = 0; at === 0 || at < body.length; at += MOST_SIGNS) {
    pieces.push(body.slice(at, at + MOST_SIGNS));
  }
  // With an apostrophe in front, which is no part of the cell: what begins with = would be a formula.
  openSheet().appendRow([new Date().toISOString(), ...pieces].map((text) => `'${text}`));
  return answer;
}

/** The first sheet, with its header: columns for a body of any length. */
function openSheet() {
  const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheets()[0];
  if (sheet.getLastRow() > 0) return sheet;
  const more = Math.ceil(MOST_BYTES / MOST_SIGNS) - 1;
  const names = Array.from({ length: more }, (_, at) => `raw_payload_${at + 2}`);
  sheet.appendRow([...HEADER, ...names]);
  return sheet;
}

/** @param {string} text */
function digest(text) {
  return Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, text).join();
}

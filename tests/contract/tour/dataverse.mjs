// Dataverse's Web API by dynamics-web-api: rows with their versions, pages, metadata, batches, changes, messages, notes with files.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

import { DynamicsWebApi } from 'dynamics-web-api';

// The refusal of a call, as {status, code, message}.
async function refusal(call) {
  try {
    await call();
  } catch (error) {
    const one = Array.isArray(error) ? error.find((each) => each instanceof Error) ?? error[0] : error;
    return { status: one.status, code: one.code ?? one.error?.code, message: one.message };
  }
  return { status: 'was not refused' };
}

async function tokenFrom(ready) {
  const form = new URLSearchParams({
    grant_type: 'client_credentials', client_id: ready.clientId, client_secret: ready.clientSecret, scope: `${ready.dataverse}/.default`,
  });
  const answer = await fetch(`${ready.entra}/${ready.tenantId}/oauth2/v2.0/token`, { method: 'POST', body: form });
  const token = await answer.json();
  if (!answer.ok) throw new Error(token.error_description);
  return token.access_token;
}

export async function dataverseTour({ ready, step }) {
  let token;
  const client = new DynamicsWebApi({
    serverUrl: ready.dataverse, dataApi: { version: '9.2' }, onTokenRefresh: async () => (token ??= await tokenFrom(ready)),
  });
  const formatted = 'OData.Community.Display.V1.FormattedValue';
  const made = {};
  const raw = (path, options = {}) => fetch(`${ready.dataverse}/api/data/v9.2/${path}`, {
    ...options, headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...options.headers },
  });

  await step('dataverse: WhoAmI and other functions', async () => {
    const me = await client.callFunction('WhoAmI');
    assert.match(me.UserId, /^[0-9a-f-]{36}$/);
    made.me = me;
    const user = await client.retrieve({ collection: 'systemusers', key: me.UserId, select: ['fullname', 'applicationid', 'isdisabled'] });
    assert.equal(user.applicationid, ready.clientId);
    assert.match((await client.callFunction('RetrieveVersion')).Version, /^9\./);
    const rights = await client.callFunction({
      collection: 'systemusers', key: me.UserId, name: 'Microsoft.Dynamics.CRM.RetrieveUserPrivileges',
    });
    assert.ok(rights.RolePrivileges.length > 5);
  });

  await step('dataverse: a bad token is refused without a body', async () => {
    const answer = await fetch(`${ready.dataverse}/api/data/v9.2/WhoAmI`, { headers: { authorization: 'Bearer nonsense' } });
    assert.equal(answer.status, 401);
    assert.equal(await answer.text(), '');
  });

  await step('dataverse: create, read, change, delete', async () => {
    const account = await client.create({ collection: 'accounts', data: { name: 'Tour Ltd', telephone1: '555' } });
    made.account = typeof account === 'string' ? account : account.accountid;
    const row = await client.create({
      collection: 'incidents', returnRepresentation: true, select: ['title', 'ticketnumber', 'statecode'],
      data: { title: 'Tour case', prioritycode: 2, 'customerid_account@odata.bind': `/accounts(${made.account})` },
    });
    assert.equal(row.title, 'Tour case');
    assert.equal(row.statecode, 0);
    assert.match(row.ticketnumber, /^CAS-/);
    assert.match(row['@odata.etag'], /^W\/"\d+"$/);
    made.incident = row.incidentid;
    await client.update({ collection: 'incidents', key: made.incident, data: { title: 'Tour case, renamed', description: null } });
    await client.updateSingleProperty({ collection: 'incidents', key: made.incident, fieldValuePair: { prioritycode: 1 } });
    const read = await client.retrieve({
      collection: 'incidents', key: made.incident, select: ['title', 'prioritycode', '_customerid_value'],
      expand: [{ property: 'customerid_account', select: ['name'] }],
    });
    assert.equal(read.title, 'Tour case, renamed');
    assert.equal(read.prioritycode, 1);
    assert.equal(read._customerid_value, made.account);
    assert.equal(read.customerid_account.name, 'Tour Ltd');
    const other = await client.create({
      collection: 'incidents', data: { title: 'To be gone', 'customerid_account@odata.bind': `/accounts(${made.account})` },
    });
    await client.deleteRecord({ collection: 'incidents', key: other });
    assert.equal((await refusal(() => client.retrieve({ collection: 'incidents', key: other, select: ['title'] }))).status, 404);
  });

  await step('dataverse: what is wrong is refused', async () => {
    const bad = (data) => refusal(() => client.update({ collection: 'incidents', key: made.incident, data }));
    assert.equal((await bad({ titel: 'x' })).status, 400);
    assert.equal((await bad({ title: 'x'.repeat(201) })).code, '0x80044331');
    assert.equal((await bad({ 'customerid@odata.bind': `/accounts(${made.account})` })).status, 400);
    assert.equal((await bad({ statecode: 1, statuscode: 5 })).status, 400);
    const filter = await refusal(() => client.retrieveMultiple({ collection: 'incidents', select: ['title'], filter: "titel eq 'x'" }));
    assert.equal(filter.status, 400);
  });

  await step('dataverse: versions: If-Match and If-None-Match', async () => {
    const read = await client.retrieve({ collection: 'incidents', key: made.incident, select: ['title'] });
    const etag = read['@odata.etag'];
    await client.update({ collection: 'incidents', key: made.incident, data: { title: 'Newer' }, ifmatch: etag });
    // The client turns 412 to its own preconditions into "false"; nothing must have been written.
    assert.equal(await client.update({ collection: 'incidents', key: made.incident, data: { title: 'Stale' }, ifmatch: etag }), false);
    const stale = await raw(`incidents(${made.incident})`, {
      method: 'PATCH', headers: { 'If-Match': etag, 'Content-Type': 'application/json' }, body: JSON.stringify({ title: 'Stale' }),
    });
    assert.equal(stale.status, 412);
    assert.equal((await stale.json()).error.code, '0x80060882');
    const now = await client.retrieve({ collection: 'incidents', key: made.incident, select: ['title'] });
    assert.equal(now.title, 'Newer');
    const same = await raw(`incidents(${made.incident})?$select=title`, { headers: { 'If-None-Match': now['@odata.etag'] } });
    assert.equal(same.status, 304);
  });

  await step('dataverse: rows with ids of our own', async () => {
    const key = randomUUID();
    const data = { subject: 'Own id', notetext: 'text', 'objectid_incident@odata.bind': `/incidents(${made.incident})` };
    await client.upsert({ collection: 'annotations', key, data, ifnonematch: '*' });
    const again = await raw(`annotations(${key})`, {
      method: 'PATCH', headers: { 'If-None-Match': '*', 'Content-Type': 'application/json' }, body: JSON.stringify(data),
    });
    assert.equal(again.status, 412);
    assert.equal((await again.json()).error.code, '0x80040237');
    const note = await client.retrieve({ collection: 'annotations', key, select: ['subject', '_objectid_value', 'objecttypecode'] });
    assert.equal(note._objectid_value, made.incident);
    assert.equal(note.objecttypecode, 'incident');
    const absent = randomUUID();
    await client.upsert({ collection: 'annotations', key: absent, data: { subject: 'x' }, ifmatch: '*' }).catch(() => undefined);
    assert.equal((await refusal(() => client.retrieve({ collection: 'annotations', key: absent, select: ['subject'] }))).status, 404);
  });

  await step('dataverse: an alternate key', async () => {
    const number = `T-${Date.now()}`;
    const key = `accountnumber='${number}'`;
    await client.upsert({ collection: 'accounts', key, data: { name: 'By number' } });
    const row = await client.retrieve({ collection: 'accounts', key, select: ['name', 'accountnumber'] });
    assert.equal(row.accountnumber, number);
    await client.upsert({ collection: 'accounts', key, data: { name: 'By number, again' } });
    assert.equal((await client.retrieve({ collection: 'accounts', key, select: ['name'] })).name, 'By number, again');
    const missing = await refusal(() => client.retrieve({ collection: 'accounts', key: "accountnumber='none'", select: ['name'] }));
    assert.equal(missing.status, 404);
  });

  await step('dataverse: filters, order, counts and pages', async () => {
    const request = {
      collection: 'incidents', select: ['title', 'createdon'], filter: "statecode eq 0 and not contains(title,'zzz')",
      orderBy: ['createdon asc', 'incidentid asc'], maxPageSize: 5, count: true,
    };
    let page = await client.retrieveMultiple(request);
    assert.equal(page.value.length, 5);
    const total = page.oDataCount;
    const rows = [...page.value];
    while (page.oDataNextLink) {
      page = await client.retrieveMultiple(request, page.oDataNextLink);
      rows.push(...page.value);
    }
    assert.equal(rows.length, total);
    assert.equal(new Set(rows.map((row) => row.incidentid)).size, total);
    const all = await client.retrieveAll({ collection: 'incidents', select: ['title'], maxPageSize: 4, filter: 'statecode eq 0' });
    assert.equal(all.value.length, total);
    assert.ok((await client.count({ collection: 'incidents' })) >= total);
    const top = await client.retrieveMultiple({ collection: 'incidents', select: ['title'], top: 2 });
    assert.equal(top.value.length, 2);
    const inside = await client.retrieveMultiple({
      collection: 'incidents', select: ['title'],
      filter: `Microsoft.Dynamics.CRM.In(PropertyName='incidentid',PropertyValues=["${made.incident}"])`,
    });
    assert.deepEqual(inside.value.map((row) => row.incidentid), [made.incident]);
  });

  await step('dataverse: formatted values and what a lookup refers to', async () => {
    const row = await client.retrieve({
      collection: 'incidents', key: made.incident, select: ['prioritycode', 'statuscode', 'createdon', '_customerid_value', '_createdby_value'],
      includeAnnotations: '*',
    });
    assert.equal(row[`prioritycode@${formatted}`], 'High');
    assert.equal(row['_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname'], 'account');
    assert.equal(row['_customerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty'], 'customerid_account');
    assert.equal(row[`_customerid_value@${formatted}`], 'Tour Ltd');
    assert.equal(row['_createdby_value@Microsoft.Dynamics.CRM.associatednavigationproperty'], undefined);
    assert.ok(row[`createdon@${formatted}`]);
  });

  await step('dataverse: references', async () => {
    const contact = await client.create({ collection: 'contacts', data: { firstname: 'Tina', lastname: 'Tour' } });
    await client.update({ collection: 'accounts', key: made.account, data: { 'primarycontactid@odata.bind': `/contacts(${contact})` } });
    const read = () => client.retrieve({ collection: 'accounts', key: made.account, select: ['_primarycontactid_value'] });
    assert.equal((await read())._primarycontactid_value, contact);
    await client.disassociateSingleValued({ collection: 'accounts', primaryKey: made.account, navigationProperty: 'primarycontactid' });
    assert.equal((await read())._primarycontactid_value, null);
  });

  await step('dataverse: metadata of tables, columns and choices', async () => {
    const tables = await client.retrieveEntities({ select: ['LogicalName', 'EntitySetName', 'PrimaryIdAttribute'] });
    const incident = tables.value.find((one) => one.LogicalName === 'incident');
    assert.equal(incident.EntitySetName, 'incidents');
    const one = await client.retrieveEntity({ key: "LogicalName='incident'", select: ['LogicalName', 'DisplayName', 'ObjectTypeCode'] });
    assert.equal(one.ObjectTypeCode, 112);
    assert.ok(one.DisplayName.UserLocalizedLabel.Label);
    const columns = await client.retrieveAttributes({ entityKey: "LogicalName='incident'", select: ['LogicalName', 'AttributeType', 'RequiredLevel'] });
    assert.ok(columns.value.some((column) => column.LogicalName === 'title' && column.AttributeType === 'String'));
    const choices = await client.retrieveAttributes({
      entityKey: "LogicalName='incident'", castType: 'Microsoft.Dynamics.CRM.PicklistAttributeMetadata', select: ['LogicalName'],
      expand: [{ property: 'OptionSet', select: ['Options'] }, { property: 'GlobalOptionSet', select: ['Options', 'Name'] }],
    });
    const priority = choices.value.find((column) => column.LogicalName === 'prioritycode');
    assert.deepEqual(priority.OptionSet.Options.map((option) => option.Value), [1, 2, 3]);
    const states = await client.retrieveAttributes({
      entityKey: "LogicalName='incident'", castType: 'Microsoft.Dynamics.CRM.StatusAttributeMetadata', select: ['LogicalName'],
      expand: [{ property: 'OptionSet', select: ['Options'] }],
    });
    assert.ok(states.value[0].OptionSet.Options.every((option) => Number.isInteger(option.State)));
    const column = await client.retrieveAttribute({
      entityKey: "LogicalName='incident'", attributeKey: "LogicalName='title'", castType: 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
      select: ['LogicalName', 'MaxLength'],
    });
    assert.equal(column.MaxLength, 200);
    const sets = await client.retrieveGlobalOptionSets({});
    const area = sets.value.find((set) => set.Name === 'new_area');
    assert.ok(area.Options.length >= 2);
    assert.match(await client.retrieveCsdlMetadata(), /<EntityType Name="incident"/);
    assert.equal((await refusal(() => client.retrieveEntity({ key: "LogicalName='nothing'", select: ['LogicalName'] }))).status, 404);
  });

  await step('dataverse: a batch with a change set that refers to itself', async () => {
    client.startBatch();
    client.create({ collection: 'accounts', data: { name: 'In a batch' }, contentId: '1' });
    client.create({ collection: 'incidents', data: { title: 'In a batch', 'customerid_account@odata.bind': '$1' }, contentId: '2' });
    client.retrieve({ collection: 'incidents', key: made.incident, select: ['title'], inChangeSet: false });
    const [account, incident, read] = await client.executeBatch();
    assert.match(String(account), /^[0-9a-f-]{36}$/);
    assert.equal(read.title, 'Newer');
    const row = await client.retrieve({ collection: 'incidents', key: incident, select: ['title', '_customerid_value'] });
    assert.equal(row._customerid_value, account);
  });

  await step('dataverse: a change set that fails leaves nothing behind', async () => {
    client.startBatch();
    client.create({ collection: 'accounts', data: { name: 'Rolled back' } });
    client.create({ collection: 'incidents', data: { titel: 'wrong' } });
    assert.equal((await refusal(() => client.executeBatch())).status, 400);
    const left = await client.retrieveMultiple({ collection: 'accounts', select: ['name'], filter: "name eq 'Rolled back'" });
    assert.equal(left.value.length, 0);
  });

  await step('dataverse: a batch that goes on after an error', async () => {
    client.startBatch();
    client.retrieve({ collection: 'incidents', key: randomUUID(), select: ['title'], inChangeSet: false });
    client.retrieve({ collection: 'incidents', key: made.incident, select: ['title'], inChangeSet: false });
    const answers = await client.executeBatch({ continueOnError: true }).catch((error) => error);
    assert.equal(answers.length, 2);
    assert.equal(answers[0].status, 404);
    assert.equal(answers[1].title, 'Newer');
  });

  await step('dataverse: changes since a token', async () => {
    const request = { collection: 'accounts', select: ['name'], trackChanges: true };
    const first = await client.retrieveMultiple(request);
    assert.ok(first.oDataDeltaLink && first.value.length > 2);
    const fresh = await client.create({ collection: 'accounts', data: { name: 'Fresh' } });
    const gone = await client.create({ collection: 'accounts', data: { name: 'Gone' } });
    await client.deleteRecord({ collection: 'accounts', key: gone });
    const delta = await client.retrieveMultiple({ collection: 'accounts', select: ['name'] }, first.oDataDeltaLink);
    assert.ok(delta.value.some((row) => row.accountid === fresh && row.name === 'Fresh'));
    assert.ok(delta.value.some((row) => row.id === gone && row.reason === 'deleted'));
    const none = await client.retrieveMultiple({ collection: 'accounts', select: ['name'] }, delta.oDataDeltaLink);
    assert.equal(none.value.length, 0);
    const filtered = await refusal(() => client.retrieveMultiple({ ...request, filter: "name eq 'Fresh'" }));
    assert.equal(filtered.status, 400);
  });

  await step('dataverse: notes with files', async () => {
    const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
    const key = await client.create({
      collection: 'annotations',
      data: {
        subject: 'A file', isdocument: true, filename: 'bytes.bin', mimetype: 'application/octet-stream', documentbody: bytes.toString('base64'),
        'objectid_incident@odata.bind': `/incidents(${made.incident})`,
      },
    });
    const listed = await client.retrieveMultiple({
      collection: 'annotations', select: ['subject', 'filename', 'filesize', 'isdocument'],
      filter: `_objectid_value eq ${made.incident} and isdocument eq true`, orderBy: ['createdon desc'],
    });
    assert.equal(listed.value[0].filesize, bytes.length);
    assert.equal(listed.value[0].documentbody, undefined);
    const whole = await client.retrieve({ collection: 'annotations', key, select: ['documentbody', 'filename'] });
    assert.deepEqual(Buffer.from(whole.documentbody, 'base64'), bytes);
    const text = await (await raw(`annotations(${key})/documentbody/$value`)).text();
    assert.deepEqual(Buffer.from(text, 'base64'), bytes);
    const blocked = await refusal(() => client.create({
      collection: 'annotations', data: { filename: 'evil.exe', mimetype: 'application/octet-stream', documentbody: 'AAAA', isdocument: true },
    }));
    assert.equal(blocked.code, '0x80043e09');
  });

  await step('dataverse: files in blocks', async () => {
    const key = randomUUID();
    await client.upsert({ collection: 'annotations', key, data: { subject: 'In blocks', 'objectid_incident@odata.bind': `/incidents(${made.incident})` } });
    const Target = {
      '@odata.type': 'Microsoft.Dynamics.CRM.annotation', annotationid: key, subject: 'In blocks', filename: 'big.bin', mimetype: 'application/octet-stream',
    };
    const bytes = Buffer.alloc(300_000, 7);
    const upload = await client.callAction({ actionName: 'InitializeAnnotationBlocksUpload', action: { Target } });
    const token_ = upload.FileContinuationToken;
    const ids = [];
    for (let at = 0; at < bytes.length; at += 100_000) {
      const BlockId = Buffer.from(`block-${ids.length}`).toString('base64');
      ids.push(BlockId);
      const BlockData = bytes.subarray(at, at + 100_000).toString('base64');
      await client.callAction({ actionName: 'UploadBlock', action: { BlockId, BlockData, FileContinuationToken: token_ } });
    }
    const done = await client.callAction({
      actionName: 'CommitAnnotationBlocksUpload', action: { Target, BlockList: ids, FileContinuationToken: token_ },
    });
    assert.equal(Number(done.FileSizeInBytes), bytes.length);
    const download = await client.callAction({
      actionName: 'InitializeAnnotationBlocksDownload', action: { Target: { '@odata.type': 'Microsoft.Dynamics.CRM.annotation', annotationid: key } },
    });
    assert.equal(download.FileName, 'big.bin');
    const block = await client.callAction({
      actionName: 'DownloadBlock', action: { Offset: 299_998, BlockLength: 4_194_304, FileContinuationToken: download.FileContinuationToken },
    });
    assert.deepEqual(Buffer.from(block.Data, 'base64'), Buffer.alloc(2, 7));
  });

  await step('dataverse: resolve a case, refuse it twice, reopen it', async () => {
    const close = () => client.callAction({
      actionName: 'CloseIncident',
      action: {
        IncidentResolution: { subject: 'Resolved by the tour', 'incidentid@odata.bind': `/incidents(${made.incident})`, timespent: 5 },
        Status: 5,
      },
    });
    await close();
    const read = () => client.retrieve({ collection: 'incidents', key: made.incident, select: ['statecode', 'statuscode'] });
    assert.deepEqual([(await read()).statecode, (await read()).statuscode], [1, 5]);
    assert.equal((await refusal(close)).code, '0x80044411');
    const resolutions = await client.retrieveMultiple({
      collection: 'incidentresolutions', select: ['subject', 'statecode'], filter: `_incidentid_value eq ${made.incident}`,
    });
    assert.equal(resolutions.value.length, 1);
    await client.update({ collection: 'incidents', key: made.incident, data: { statecode: 0, statuscode: 1 } });
    assert.equal((await read()).statecode, 0);
  });

  await step('dataverse: win an opportunity, qualify a lead', async () => {
    const name = (data, collection) => client.create({ collection, data });
    const opportunity = await name({ name: 'Tour deal', 'customerid_account@odata.bind': `/accounts(${made.account})` }, 'opportunities');
    const direct = await refusal(() => client.update({ collection: 'opportunities', key: opportunity, data: { statecode: 1, statuscode: 3 } }));
    assert.equal(direct.code, '0x80100005');
    await client.callAction({
      actionName: 'WinOpportunity',
      action: { Status: 3, OpportunityClose: { subject: 'Won', 'opportunityid@odata.bind': `/opportunities(${opportunity})` } },
    });
    assert.equal((await client.retrieve({ collection: 'opportunities', key: opportunity, select: ['statecode'] })).statecode, 1);
    const lead = await name({ firstname: 'Lea', lastname: 'Lead', subject: 'Interested', companyname: 'Lead & Co' }, 'leads');
    const qualified = await client.callAction({
      collection: 'leads', key: lead, actionName: 'Microsoft.Dynamics.CRM.QualifyLead',
      action: { CreateAccount: true, CreateContact: true, CreateOpportunity: false, Status: 3 },
    });
    assert.equal(qualified.value.length, 2);
    assert.equal((await client.retrieve({ collection: 'leads', key: lead, select: ['statecode'] })).statecode, 1);
  });
}

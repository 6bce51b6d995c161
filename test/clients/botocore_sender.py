"""Signs and sends the jobs of a JSON file, one after the other, and prints what each was answered, as JSON."""
import base64
import io
import json
import sys

import requests
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

session = URLLib3Session()


def body_of(job):
    data = base64.b64decode(job['body'])
    if job.get('bodyAs') == 'file':
        return io.BytesIO(data)
    return data


def sign(job):
    credentials = Credentials(job['accessKeyId'], job['secretAccessKey'], job.get('sessionToken'))
    request = AWSRequest(
        method=job['method'],
        url=job['url'],
        data=body_of(job),
        headers=dict(job['headers']),
        params=job.get('params'),
    )
    request.context.update(job.get('context', {}))
    signer = S3SigV4Auth if job.get('s3') else SigV4Auth
    signer(credentials, job['service'], job['region']).add_auth(request)
    return request


def send(job):
    request = sign(job)
    if job.get('by') == 'requests':
        response = requests.request(
            request.method,
            request.url,
            params=request.params,
            headers=dict(request.headers),
            data=request.data,
        )
    else:
        response = session.send(request.prepare())
    return {'status': response.status_code, 'text': response.text}


def try_to_send(job):
    try:
        return send(job)
    except Exception as error:  # a client that refuses a target is a result too
        return {'status': 0, 'text': f'{type(error).__name__}: {error}'}


with open(sys.argv[1], encoding='utf-8') as file:
    print(json.dumps([try_to_send(job) for job in json.load(file)]))

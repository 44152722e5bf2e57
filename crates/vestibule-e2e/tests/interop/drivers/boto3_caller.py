# Who the default credentials of botocore are.
import boto3

print(boto3.Session().client("sts").get_caller_identity()["Arn"])

-- Made by Lakewright from node 'orders' of model 'uc_streaming_table_example' with template 'streaming_table'.

CREATE OR REFRESH STREAMING TABLE main.bronze.orders (
  CONSTRAINT has_key EXPECT (id IS NOT NULL) ON VIOLATION DROP ROW
)
AS
SELECT * FROM STREAM read_files('/Volumes/main/landing/orders');
